package dev.jbuild.cli;

import dev.jbuild.engine.Output;
import dev.jbuild.problem.UsageError;
import java.util.HashMap;
import java.util.Map;

/** The value of {@code --output}: pairs, a bare directory, or {@code -} for a tar on standard output. */
final class OutputFlag {
    private static final String DESTINATION = "dest";
    private static final String STREAM = "-";

    private OutputFlag() {}

    /** @param console what says where a relative {@code dest} lies */
    static Output parse(String value, Console console) throws UsageError {
        Output output = parse(value);
        String destination = output.attributes().getOrDefault(DESTINATION, STREAM);
        if (destination.equals(STREAM) || destination.isEmpty()) {
            return output;
        }
        Map<String, String> attributes = new HashMap<>(output.attributes());
        attributes.put(DESTINATION, console.resolve(destination).toString());
        return new Output(output.type(), attributes);
    }

    private static Output parse(String value) throws UsageError {
        if (value.equals(STREAM)) {
            return new Output("tar", Map.of(DESTINATION, STREAM));
        }
        if (CsvPairs.fields("--output", value).size() == 1 && !value.contains("=")) {
            return new Output("local", Map.of(DESTINATION, value));
        }
        Map<String, String> pairs = new HashMap<>(CsvPairs.parse("--output", value));
        String type = pairs.remove("type");
        if (type == null || type.isEmpty()) {
            throw new UsageError("--output " + value + " has no type", "such as type=oci,dest=image.tar");
        }
        if (type.equals("local") && pairs.getOrDefault(DESTINATION, STREAM).equals(STREAM)) {
            throw new UsageError("--output type=local needs a directory", "such as type=local,dest=out");
        }
        if (type.equals("tar") || type.equals("oci")) {
            pairs.putIfAbsent(DESTINATION, STREAM);
        }
        return new Output(type, pairs);
    }

    /** Whether this output goes to standard output. */
    static boolean toStandardOutput(Output output) {
        return output.attributes().getOrDefault(DESTINATION, "").equals(STREAM);
    }
}
