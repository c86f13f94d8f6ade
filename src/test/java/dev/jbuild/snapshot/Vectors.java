package dev.jbuild.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The vectors shared with other tools' test suites, read where they lie. */
final class Vectors {
    private Vectors() {}

    static List<JsonNode> read(String name) throws IOException {
        Path shared = Optional.ofNullable(System.getenv("JBUILD_SHARED"))
                .map(Path::of)
                .orElse(Path.of("..", "shared"));
        Path file = shared.resolve("vectors").resolve(name);
        if (!Files.exists(file) && !"1".equals(System.getenv("JBUILD_REQUIRE_SHARED"))) {
            abort("no vectors at " + file);
        }
        JsonNode document = new ObjectMapper().readTree(file.toFile());
        List<JsonNode> vectors = new ArrayList<>();
        document.get("vectors").forEach(vectors::add);
        assertThat(vectors).hasSize(document.get("count").intValue());
        return vectors;
    }
}
