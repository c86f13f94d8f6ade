package dev.jbuild.cli;

import dev.jbuild.problem.UsageError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Values such as {@code type=oci,dest=out.tar}, which are one line of CSV: a field with a comma in it is quoted. */
final class CsvPairs {
    private CsvPairs() {}

    /** The fields of a line of CSV (RFC 4180). */
    static List<String> fields(String flag, String line) throws UsageError {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quoted && c == '"' && i + 1 < line.length() && line.charAt(i + 1) == '"') {
                field.append('"');
                i++;
            } else if (c == '"' && (quoted || field.length() == 0)) {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        if (quoted) {
            throw new UsageError(flag + ": a quotation mark is not closed in " + line);
        }
        fields.add(field.toString());
        return fields;
    }

    /** The pairs of a value; keys in lower case. A field without {@code =} is an error. */
    static Map<String, String> parse(String flag, String line) throws UsageError {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String field : fields(flag, line)) {
            int equals = field.indexOf('=');
            if (equals < 0) {
                throw new UsageError(flag + ": \"" + field + "\" is not of the form key=value", "in " + line);
            }
            pairs.put(field.substring(0, equals).strip().toLowerCase(Locale.ROOT), field.substring(equals + 1));
        }
        return pairs;
    }
}
