package dev.jbuild.oci;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An image index (image-index.md) or Docker manifest list. */
public record ImageIndex(RawJson raw, String mediaType, List<Descriptor> manifests, Map<String, String> annotations) {
    public ImageIndex {
        manifests = List.copyOf(manifests);
        annotations = Map.copyOf(annotations);
    }

    public static ImageIndex of(String mediaType, List<Descriptor> manifests, Map<String, String> annotations) {
        ObjectNode json = Json.object();
        json.put("schemaVersion", 2);
        json.put("mediaType", mediaType);
        var array = json.putArray("manifests");
        manifests.forEach(manifest -> array.add(Json.of(manifest)));
        Json.putAnnotations(json, annotations);
        return new ImageIndex(RawJson.of(json), mediaType, manifests, annotations);
    }

    /**
     * Reads an index.
     *
     * @throws MalformedDocument if it isn't one
     */
    public static ImageIndex parse(byte[] bytes, String contentType) throws MalformedDocument {
        JsonNode json = Json.parseObject(bytes, "image index");
        if (json.has("layers") || json.has("config")) {
            throw new MalformedDocument("image index: it has layers or a config, as an image manifest does");
        }
        if (!json.path("manifests").isArray()) {
            throw new MalformedDocument("image index: no list of manifests");
        }
        String mediaType = json.path("mediaType").asText(contentType);
        if (MediaTypes.isManifest(mediaType)) {
            throw new MalformedDocument("image index: its media type is that of a manifest, " + mediaType);
        }
        return new ImageIndex(
                new RawJson(bytes),
                mediaType,
                Json.descriptors(json.path("manifests"), "image index: manifests"),
                Json.strings(json.path("annotations")));
    }

    public Descriptor descriptor() {
        return new Descriptor(mediaType, raw.digest(), raw.size());
    }

    /** The manifest of an image for this platform: of those that run there, the one for the newest processor. */
    public Optional<Descriptor> manifestFor(Platform platform) {
        return manifests.stream()
                .filter(manifest ->
                        manifest.platform().filter(platform::accepts).isPresent())
                // The first of equals wins, as for docker.
                .reduce((best, next) -> level(next) > level(best) ? next : best);
    }

    private static int level(Descriptor manifest) {
        return manifest.platform()
                .map(platform -> platform.normalised().variantLevel())
                .orElse(-1);
    }
}
