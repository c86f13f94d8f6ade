package dev.jbuild.buildfile;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Reads the shared test vectors: inputs with what the reference implementation makes of them. */
final class Vectors {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Vectors() {}

    interface Check {
        void run(JsonNode vector) throws Exception;
    }

    /** One test for each vector of a file. */
    static Stream<DynamicTest> tests(String file, Predicate<JsonNode> wanted, Check check) throws IOException {
        return read(file).stream()
                .filter(wanted)
                .map(v -> DynamicTest.dynamicTest(v.path("id").asText(), () -> check.run(v)));
    }

    private static List<JsonNode> read(String file) throws IOException {
        String home = System.getenv("JBUILD_SHARED");
        Path shared = home == null ? Path.of("..", "shared") : Path.of(home);
        Path path = shared.resolve("vectors").resolve(file);
        if (!Files.exists(path)) {
            if ("1".equals(System.getenv("JBUILD_REQUIRE_SHARED"))) {
                fail("the vectors are missing: " + path);
            }
            assumeTrue(false, "the vectors are missing: " + path);
        }
        List<JsonNode> vectors = new ArrayList<>();
        MAPPER.readTree(path.toFile()).path("vectors").forEach(vectors::add);
        return vectors;
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
