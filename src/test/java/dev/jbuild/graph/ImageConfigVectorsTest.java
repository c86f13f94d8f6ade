package dev.jbuild.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.testing.SharedVectors;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Configurations and histories of images built from nothing, as BuildKit makes them. */
class ImageConfigVectorsTest {
    private static List<JsonNode> vectors() throws IOException {
        return SharedVectors.load("instructions.json").stream()
                .filter(vector -> vector.get("kind").asText().equals("image_config"))
                .toList();
    }

    @TestFactory
    Stream<DynamicTest> sharedVectors() throws IOException {
        return vectors().stream()
                .map(vector -> DynamicTest.dynamicTest(vector.get("id").asText(), () -> check(vector)));
    }

    @Test
    void thereAreVectors() throws IOException {
        assertThat(vectors()).hasSizeGreaterThanOrEqualTo(23);
    }

    private static void check(JsonNode vector) throws Exception {
        String input = vector.get("input").asText();
        JsonNode expect = vector.get("expect");
        if (expect.has("error")) {
            assertThatThrownBy(() -> Graphs.build(input))
                    .hasMessageContaining(expect.get("error").asText());
            return;
        }
        BuildGraph graph = Graphs.build(input);
        ImageConfig image = new ImageConfig(
                graph.platform(), Optional.empty(), graph.author(), graph.config(), List.of(), List.of());
        JsonNode json = new ObjectMapper().readTree(image.toJson().bytes());
        assertThat(json.get("config")).isEqualTo(expect.get("config"));
        assertThat(history(graph)).isEqualTo(expect.get("history"));
    }

    private static ArrayNode history(BuildGraph graph) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (BuildGraph.Step step : graph.history()) {
            var entry = array.addObject();
            entry.put("created_by", step.entry().createdBy());
            if (step.vertex().isEmpty()) {
                entry.put("empty_layer", true);
            }
        }
        return array;
    }
}
