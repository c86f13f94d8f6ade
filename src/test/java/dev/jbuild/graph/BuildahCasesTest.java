package dev.jbuild.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.buildfile.Buildfile;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.oci.Platform;
import dev.jbuild.testing.SharedVectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Configurations and histories of the images that other builders made of the shared cases. */
class BuildahCasesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TestFactory
    Stream<DynamicTest> cases() throws IOException {
        try (Stream<Path> found = Files.list(SharedVectors.buildahCases())) {
            return found.filter(path -> Files.exists(path.resolve("expected.json"))).sorted().toList().stream()
                    .map(path -> DynamicTest.dynamicTest(path.getFileName().toString(), () -> check(path)));
        }
    }

    private static void check(Path directory) throws Exception {
        JsonNode given = JSON.readTree(Files.readAllBytes(directory.resolve("case.json")));
        JsonNode expected = JSON.readTree(Files.readAllBytes(directory.resolve("expected.json")));
        Path file = directory.resolve("context").resolve(given.get("dockerfile").asText());
        assumeTrue(Files.exists(file), "the Dockerfile is made by a script");
        Buildfile buildfile = Buildfile.parse("Dockerfile", Files.readAllBytes(file));
        BuildGraph graph = GraphBuilder.build(buildfile, options(given), new SharedBases());

        ObjectNode config = config(graph);
        assertThat(comparable(config)).isEqualTo(comparable((ObjectNode) expected.get("config")));
        assertThat(graph.platform())
                .isEqualTo(new Platform(
                        expected.get("platform").get("os").asText(),
                        expected.get("platform").get("architecture").asText()));
        if (expected.get("authority").asText().startsWith("docker-buildkit")) {
            assertThat(comparable(Graphs.createdBy(graph))).isEqualTo(comparable(history(expected.get("history"))));
        }
    }

    private static GraphOptions options(JsonNode given) {
        Map<String, String> args = new HashMap<>();
        given.path("args")
                .properties()
                .forEach(arg -> args.put(arg.getKey(), arg.getValue().asText()));
        Optional<String> target =
                given.has("target") ? Optional.of(given.get("target").asText()) : Optional.empty();
        return new GraphOptions(
                target,
                args,
                Map.of(),
                Optional.empty(),
                Graphs.AMD64,
                false,
                false,
                Set.of(),
                BuildfileOverrides.NONE);
    }

    private static ObjectNode config(BuildGraph graph) throws IOException {
        ImageConfig image = new ImageConfig(
                graph.platform(), Optional.empty(), graph.author(), graph.config(), List.of(), List.of());
        return (ObjectNode) JSON.readTree(image.toJson().bytes()).get("config");
    }

    /** What the cases compare. */
    private static ObjectNode comparable(ObjectNode config) {
        ObjectNode json = config.deepCopy();
        json.remove("ArgsEscaped");
        if (json.path("Labels") instanceof ObjectNode labels) {
            labels.remove("io.buildah.version");
            if (labels.isEmpty()) {
                json.remove("Labels");
            }
        }
        if (json.path("WorkingDir").asText("").equals("/")) {
            json.remove("WorkingDir");
        }
        TreeSet<String> env = new TreeSet<>();
        json.path("Env").forEach(entry -> env.add(entry.asText()));
        json.remove("Env");
        env.forEach(json.withArray("Env")::add);
        return json;
    }

    /** Newer BuildKit writes health checks in another form; that form has its own vectors. */
    private static List<String> comparable(List<String> history) {
        return history.stream()
                .map(entry -> entry.startsWith("HEALTHCHECK ") ? "HEALTHCHECK" : entry)
                .toList();
    }

    private static List<String> history(JsonNode entries) {
        return Stream.iterate(0, i -> i < entries.size(), i -> i + 1)
                .map(i -> entries.get(i).get("created_by").asText())
                .toList();
    }
}
