package dev.jbuild.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.problem.UsageError;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a list is to be printed: a table, or a JSON object a line. */
final class Listing {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Listing() {}

    /** Whether {@code --format} asks for JSON. */
    static boolean isJson(@Nullable String format) throws UsageError {
        if (format == null || format.isEmpty() || format.equals("table")) {
            return false;
        }
        if (format.equals("json") || format.replaceAll("\\s", "").equals("{{json.}}")) {
            return true;
        }
        throw new UsageError("--format " + format + " is not supported yet", "use json or {{json .}}");
    }

    /** Whether {@code --format} asks for JSON, where text is the other choice. */
    static boolean isTextOrJson(@Nullable String format) throws UsageError {
        return !"text".equals(format) && isJson(format);
    }

    static String line(Map<String, String> fields) {
        ObjectNode json = MAPPER.createObjectNode();
        fields.forEach(json::put);
        try {
            return MAPPER.writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError("a tree can always be written", e);
        }
    }
}
