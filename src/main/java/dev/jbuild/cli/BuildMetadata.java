package dev.jbuild.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.engine.BuildResult;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.MediaTypes;
import java.util.UUID;
import java.util.stream.Collectors;

/** What {@code --metadata-file} says, with buildx's keys. */
final class BuildMetadata {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private BuildMetadata() {}

    static String json(BuildResult result) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put(
                "buildx.build.ref",
                "jbuild/default/" + UUID.randomUUID().toString().replace("-", ""));
        if (!MediaTypes.isIndex(result.manifest().mediaType())) {
            json.put("containerimage.config.digest", result.imageId().toString());
        }
        json.set("containerimage.descriptor", descriptor(result.manifest()));
        json.put("containerimage.digest", result.manifest().digest().toString());
        if (!result.names().isEmpty()) {
            json.put(
                    "image.name",
                    result.names().stream().map(ImageReference::toString).collect(Collectors.joining(",")));
        }
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
        } catch (JsonProcessingException e) {
            throw new AssertionError("a tree can always be written", e);
        }
    }

    private static ObjectNode descriptor(Descriptor descriptor) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("mediaType", descriptor.mediaType());
        json.put("digest", descriptor.digest().toString());
        json.put("size", descriptor.size());
        if (!descriptor.annotations().isEmpty()) {
            ObjectNode annotations = json.putObject("annotations");
            descriptor.annotations().forEach(annotations::put);
        }
        descriptor.platform().ifPresent(platform -> {
            ObjectNode object = json.putObject("platform");
            object.put("architecture", platform.architecture());
            object.put("os", platform.os());
            if (!platform.osVersion().isEmpty()) {
                object.put("os.version", platform.osVersion());
            }
            if (!platform.variant().isEmpty()) {
                object.put("variant", platform.variant());
            }
        });
        return json;
    }
}
