package dev.jbuild.buildfile;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jbuild.testing.SharedVectors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Reads the shared test vectors: inputs with what the reference implementation makes of them. */
final class Vectors {
    private Vectors() {}

    interface Check {
        void run(JsonNode vector) throws Exception;
    }

    /** One test for each vector of a file. */
    static Stream<DynamicTest> tests(String file, Predicate<JsonNode> wanted, Check check) throws IOException {
        return SharedVectors.load(file).stream()
                .filter(wanted)
                .map(v -> DynamicTest.dynamicTest(v.path("id").asText(), () -> check.run(v)));
    }

    /** The input of a vector, in whichever of its three forms. */
    static byte[] input(JsonNode vector) {
        if (vector.has("input_b64")) {
            return Base64.getDecoder().decode(vector.get("input_b64").asText());
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (vector.has("input_parts")) {
            for (JsonNode part : vector.get("input_parts")) {
                String text = part.isTextual()
                        ? part.asText()
                        : part.get("repeat").asText().repeat(part.get("times").asInt());
                out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
            }
            return out.toByteArray();
        }
        return vector.get("input").asText().getBytes(StandardCharsets.UTF_8);
    }

    static List<String> strings(JsonNode array) {
        List<String> strings = new ArrayList<>();
        array.forEach(item -> strings.add(item.asText()));
        return strings;
    }
}
