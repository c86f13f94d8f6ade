package dev.jbuild.buildfile;

import dev.jbuild.problem.UserError;
import java.util.ArrayList;
import java.util.List;

/** Splits a value at commas, with double quotes as in CSV. */
final class CsvLine {
    private final String text;
    private int position;

    private CsvLine(String text) {
        this.text = text;
    }

    static List<String> fields(String value) throws UserError {
        String line = value.endsWith("\r\n")
                ? value.substring(0, value.length() - 2)
                : value.endsWith("\n") ? value.substring(0, value.length() - 1) : value;
        if (line.isEmpty()) {
            throw new UserError("EOF");
        }
        CsvLine csv = new CsvLine(line);
        List<String> fields = new ArrayList<>();
        do {
            fields.add(csv.field());
        } while (csv.comma());
        return fields;
    }

    private boolean comma() {
        return position++ < text.length();
    }

    private String field() throws UserError {
        if (position < text.length() && text.charAt(position) == '"') {
            return quoted();
        }
        int comma = text.indexOf(',', position);
        String field = text.substring(position, comma < 0 ? text.length() : comma);
        int quote = field.indexOf('"');
        if (quote >= 0) {
            throw problem(position + quote, "bare \" in non-quoted-field");
        }
        position += field.length();
        return field;
    }

    private String quoted() throws UserError {
        StringBuilder field = new StringBuilder();
        position++;
        while (true) {
            int quote = text.indexOf('"', position);
            if (quote < 0) {
                throw problem(position, "extraneous or missing \" in quoted-field");
            }
            field.append(text, position, quote);
            position = quote + 1;
            if (position == text.length() || text.charAt(position) == ',') {
                return field.toString();
            }
            if (text.charAt(position) != '"') {
                throw problem(quote, "extraneous or missing \" in quoted-field");
            }
            field.append('"');
            position++;
        }
    }

    private static UserError problem(int column, String what) {
        return new UserError("parse error on line 1, column " + (column + 1) + ": " + what);
    }
}
