package dev.jbuild.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Test vectors that lie outside the project, shared with other implementations. */
public final class SharedVectors {
    private SharedVectors() {}

    /** The shared directory, which may be absent. */
    public static Path directory() {
        String set = System.getenv("JBUILD_SHARED");
        return set == null ? Path.of("..", "shared") : Path.of(set);
    }

    /** The directory of cases that buildah and BuildKit were recorded with. */
    public static Path buildahCases() {
        Path cases = directory().resolve("conformance").resolve("buildah");
        Needs.shared(Files.isDirectory(cases), "there are no conformance cases at " + cases);
        return cases;
    }

    /** The vectors of one file. Skips the test where there is none, unless the environment says that there must be. */
    public static List<JsonNode> load(String file) throws IOException {
        Path path = directory().resolve("vectors").resolve(file);
        Needs.shared(Files.exists(path), "the vectors are missing: " + path);
        JsonNode json = new ObjectMapper().readTree(Files.readAllBytes(path));
        List<JsonNode> vectors = new ArrayList<>();
        json.get("vectors").forEach(vectors::add);
        assertThat(json.path("count").asInt(vectors.size())).isEqualTo(vectors.size());
        return vectors;
    }
}
