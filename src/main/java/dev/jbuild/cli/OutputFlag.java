package dev.jbuild.cli;

import dev.jbuild.engine.Output;
import dev.jbuild.problem.UsageError;
import java.util.HashMap;
import java.util.Map;

/** The value of {@code --output}: pairs, a bare directory, or {@code -} for a tar on standard output. */
final class OutputFlag {
    private OutputFlag() {}

    static Output parse(String value) throws UsageError {
        if (value.equals("-")) {
            return new Output("tar", Map.of("dest", "-"));
        }
        if (CsvPairs.fields("--output", value).size() == 1 && !value.contains("=")) {
            return new Output("local", Map.of("dest", value));
        }
        Map<String, String> pairs = new HashMap<>(CsvPairs.parse("--output", value));
        String type = pairs.remove("type");
        if (type == null || type.isEmpty()) {
            throw new UsageError("--output " + value + " has no type", "such as type=oci,dest=image.tar");
        }
        if (type.equals("local") && pairs.getOrDefault("dest", "-").equals("-")) {
            throw new UsageError("--output type=local needs a directory", "such as type=local,dest=out");
        }
        if (type.equals("tar") || type.equals("oci")) {
            pairs.putIfAbsent("dest", "-");
        }
        return new Output(type, pairs);
    }

    /** Whether this output goes to standard output. */
    static boolean toStandardOutput(Output output) {
        return output.attributes().getOrDefault("dest", "").equals("-");
    }
}
