package dev.jbuild.builds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.oci.DiffId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.StreamSupport;

/** Scenes of steps as JSON. What is empty is left out. */
final class SceneJson {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private SceneJson() {}

    static byte[] write(StepScene scene) throws IOException {
        ObjectNode json = MAPPER.createObjectNode();
        if (!scene.mounts().isEmpty()) {
            ArrayNode mounts = json.putArray("mounts");
            scene.mounts().forEach(mount -> mounts.add(json(mount)));
        }
        if (!scene.hosts().isEmpty()) {
            scene.hosts().forEach(json.putArray("hosts")::add);
        }
        if (!scene.kept().isEmpty()) {
            json.put("kept", scene.kept());
        }
        return MAPPER.writeValueAsBytes(json);
    }

    private static ObjectNode json(SceneMount mount) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("target", mount.target());
        if (mount instanceof SceneMount.Files files) {
            ArrayNode layers = json.putArray("layers");
            files.layers().forEach(layer -> layers.add(layer.toString()));
            json.put("path", files.path()).put("readOnly", files.readOnly());
        } else if (mount instanceof SceneMount.Host host) {
            json.put("source", host.source().toString()).put("readOnly", host.readOnly());
        } else if (mount instanceof SceneMount.Memory memory) {
            json.put("bytes", memory.bytes().orElse(-1)).put("readOnly", memory.readOnly());
        } else if (mount instanceof SceneMount.Text text) {
            json.put("content", text.content()).put("mode", text.mode());
        } else if (mount instanceof SceneMount.Unkept unkept) {
            json.put("what", unkept.what());
        } else {
            throw new AssertionError("unknown mount " + mount);
        }
        return json;
    }

    /** @throws IOException if it is no scene, or a mount is of a kind that this program doesn't know */
    static StepScene read(byte[] bytes) throws IOException {
        JsonNode json = MAPPER.readTree(bytes);
        List<SceneMount> mounts = new ArrayList<>();
        try {
            for (JsonNode mount : json.path("mounts")) {
                mounts.add(mount(mount));
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("a mount of the scene is damaged", e);
        }
        return new StepScene(
                mounts, strings(json.path("hosts")), json.path("kept").asText(""));
    }

    private static SceneMount mount(JsonNode json) throws IOException {
        String target = json.path("target").asText();
        boolean readOnly = json.path("readOnly").asBoolean();
        if (json.has("layers")) {
            List<DiffId> layers =
                    strings(json.path("layers")).stream().map(DiffId::parse).toList();
            return new SceneMount.Files(target, layers, json.path("path").asText(), readOnly);
        }
        if (json.has("source")) {
            return new SceneMount.Host(target, Path.of(json.path("source").asText()), readOnly);
        }
        if (json.has("bytes")) {
            long bytes = json.path("bytes").asLong();
            return new SceneMount.Memory(target, bytes < 0 ? OptionalLong.empty() : OptionalLong.of(bytes), readOnly);
        }
        if (json.has("content")) {
            return new SceneMount.Text(
                    target, json.path("content").asText(), json.path("mode").asInt());
        }
        if (json.has("what")) {
            return new SceneMount.Unkept(target, json.path("what").asText());
        }
        throw new IOException("the mount at " + target + " is of a kind that isn't known");
    }

    private static List<String> strings(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }
}
