package dev.jbuild.cache.remote;

import dev.jbuild.layer.LayerSummary;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.MalformedDocument;
import dev.jbuild.oci.Manifest;
import dev.jbuild.oci.MediaTypes;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a step did, as caches outside the store hold it: an OCI manifest of its own. A value.
 *
 * @param layer the layer that the step made; absent when it changed nothing and so made none
 */
public record ResultRecord(Digest key, Instant created, Optional<RecordedLayer> layer) {
    /** The configuration's media type, which in OCI's words is the type of the artifact. Its content is empty. */
    static final String TYPE = "application/vnd.jbuild.cache.result.v1+json";

    static final String INDEX_TYPE = "application/vnd.jbuild.layer.index.v1+gzip";

    /** An empty JSON object, as artifacts have it in place of what they don't have. */
    static final byte[] EMPTY = "{}".getBytes(StandardCharsets.UTF_8);

    /** On whatever refers to a record, too. */
    static final String KEY = "dev.jbuild.cache.key";

    /** Tells a list of records from images. */
    static final String LIST = "dev.jbuild.cache";

    private static final String EMPTY_TYPE = "application/vnd.oci.empty.v1+json";
    private static final String CREATED = "dev.jbuild.cache.created";
    private static final String DIFF_ID = "dev.jbuild.layer.diff-id";
    private static final String CONTENT = "dev.jbuild.layer.content";
    private static final String SIZE = "dev.jbuild.layer.size";

    /**
     * A layer and what of it the cache holds.
     *
     * @param blob its tar in some compression; a cache of {@code mode=min} knows layers of which it has no files
     * @param index what is in it, so that files of it can be looked up before it is fetched
     */
    public record RecordedLayer(LayerSummary summary, Optional<Descriptor> blob, Optional<Descriptor> index) {}

    /** The blobs that the record refers to. */
    List<Descriptor> blobs() {
        List<Descriptor> blobs = new ArrayList<>();
        layer.flatMap(RecordedLayer::blob).ifPresent(blobs::add);
        layer.flatMap(RecordedLayer::index).ifPresent(blobs::add);
        return blobs;
    }

    Manifest toManifest() {
        Map<String, String> annotations = new TreeMap<>();
        annotations.put(KEY, key.toString());
        annotations.put(CREATED, created.toString());
        layer.map(RecordedLayer::summary).ifPresent(summary -> {
            annotations.put(DIFF_ID, summary.diffId().toString());
            annotations.put(CONTENT, summary.contentDigest().toString());
            annotations.put(SIZE, Long.toString(summary.tarSize()));
        });
        // Registries want at least one layer.
        List<Descriptor> layers = blobs().isEmpty() ? List.of(empty(EMPTY_TYPE)) : blobs();
        return Manifest.of(MediaTypes.OCI_MANIFEST, empty(TYPE), layers, annotations);
    }

    private static Descriptor empty(String type) {
        return new Descriptor(type, Digest.sha256(EMPTY), EMPTY.length);
    }

    /** @throws MalformedDocument if it isn't a record */
    static ResultRecord parse(byte[] document) throws MalformedDocument {
        Manifest manifest = Manifest.parse(document, MediaTypes.OCI_MANIFEST);
        if (!manifest.config().mediaType().equals(TYPE)) {
            throw new MalformedDocument("it is no record of a cache of jbuild, but of the type "
                    + manifest.config().mediaType());
        }
        Map<String, String> said = manifest.annotations();
        try {
            Optional<RecordedLayer> layer = said.containsKey(DIFF_ID) ? Optional.of(layer(manifest)) : Optional.empty();
            return new ResultRecord(
                    Digest.parse(said.getOrDefault(KEY, "")), Instant.parse(said.getOrDefault(CREATED, "")), layer);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new MalformedDocument("a record of a cache: " + e.getMessage(), e);
        }
    }

    private static RecordedLayer layer(Manifest manifest) {
        Map<String, String> said = manifest.annotations();
        LayerSummary summary = new LayerSummary(
                DiffId.parse(said.getOrDefault(DIFF_ID, "")),
                Digest.parse(said.getOrDefault(CONTENT, "")),
                Long.parseLong(said.getOrDefault(SIZE, "")));
        Optional<Descriptor> index = Optional.empty();
        Optional<Descriptor> blob = Optional.empty();
        for (Descriptor each : manifest.layers()) {
            if (each.mediaType().equals(INDEX_TYPE)) {
                index = Optional.of(each);
            } else if (!each.mediaType().equals(EMPTY_TYPE)) {
                blob = Optional.of(each);
            }
        }
        return new RecordedLayer(summary, blob, index);
    }
}
