package dev.jbuild.oci;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * An image manifest (manifest.md), OCI or Docker schema 2.
 *
 * @param raw the bytes it was read from or is written as; their digest is the manifest's identity
 */
public record Manifest(
        RawJson raw, String mediaType, Descriptor config, List<Descriptor> layers, Map<String, String> annotations) {
    public Manifest {
        layers = List.copyOf(layers);
        annotations = Map.copyOf(annotations);
    }

    /** A new manifest; {@code mediaType} is {@link MediaTypes#OCI_MANIFEST} or {@link MediaTypes#DOCKER_MANIFEST}. */
    public static Manifest of(
            String mediaType, Descriptor config, List<Descriptor> layers, Map<String, String> annotations) {
        ObjectNode json = Json.object();
        json.put("schemaVersion", 2);
        json.put("mediaType", mediaType);
        json.set("config", Json.of(config));
        var array = json.putArray("layers");
        layers.forEach(layer -> array.add(Json.of(layer)));
        Json.putAnnotations(json, annotations);
        return new Manifest(RawJson.of(json), mediaType, config, layers, annotations);
    }

    /**
     * Reads a manifest.
     *
     * @param contentType the media type it was delivered as, used when the document doesn't say its own
     * @throws MalformedDocument if it isn't a manifest
     */
    public static Manifest parse(byte[] bytes, String contentType) throws MalformedDocument {
        JsonNode json = Json.parseObject(bytes, "image manifest");
        if (json.has("manifests")) {
            throw new MalformedDocument("image manifest: it has a list of manifests, as an index does");
        }
        String mediaType = json.path("mediaType").asText(contentType);
        if (MediaTypes.isIndex(mediaType)) {
            throw new MalformedDocument("image manifest: its media type is that of an index, " + mediaType);
        }
        JsonNode layers = json.path("layers");
        if (!layers.isArray()) {
            throw new MalformedDocument("image manifest: no list of layers");
        }
        return new Manifest(
                new RawJson(bytes),
                mediaType,
                Json.descriptor(json.path("config"), "image manifest: config"),
                Json.descriptors(layers, "image manifest: layers"),
                Json.strings(json.path("annotations")));
    }

    /** This manifest as something to refer to. */
    public Descriptor descriptor() {
        return new Descriptor(mediaType, raw.digest(), raw.size());
    }
}
