package dev.jbuild.cache.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.cache.remote.ResultRecord.RecordedLayer;
import dev.jbuild.layer.LayerSummary;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.MalformedDocument;
import dev.jbuild.oci.Manifest;
import dev.jbuild.oci.RawJson;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The records that an image carries in its configuration. Layers of the image are named by their DiffIDs alone; of others
 * there is the index, if it is small.
 */
public final class InlineRecords {
    /** The member of the configuration. BuildKit's own names layers by what its keys make of them, which ours can't. */
    public static final String MEMBER = "dev.jbuild.cache.v1";

    private static final int LARGEST_INDEX = 16 * 1024;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Map<Digest, ResultRecord> records = new HashMap<>();
    private final Map<Digest, byte[]> indexes = new HashMap<>();

    /**
     * One step to be carried.
     *
     * @param index what is in its layer, if that is needed
     */
    public record Carried(Digest key, Instant created, Optional<LayerSummary> layer, Optional<IndexBlob> index) {}

    /** The value of the member. */
    public static RawJson write(List<Carried> steps) {
        ObjectNode json = MAPPER.createObjectNode();
        ArrayNode array = json.putArray("records");
        for (Carried step : steps) {
            boolean tooLarge =
                    step.index().isPresent() && step.index().get().descriptor().size() > LARGEST_INDEX;
            if (!tooLarge) {
                add(step, array.addObject());
            }
        }
        return new RawJson(json.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void add(Carried step, ObjectNode json) {
        json.put("key", step.key().toString());
        json.put("created", step.created().toString());
        step.layer().ifPresent(layer -> {
            ObjectNode said = json.putObject("layer");
            said.put("diffId", layer.diffId().toString());
            said.put("content", layer.contentDigest().toString());
            said.put("size", layer.tarSize());
            step.index().ifPresent(index -> said.put("index", index.bytes()));
        });
    }

    /**
     * Adds what an image's configuration carries; nothing if it carries nothing.
     *
     * @throws MalformedDocument if it carries something else
     */
    void read(byte[] config, Manifest manifest) throws MalformedDocument {
        try {
            JsonNode json = MAPPER.readTree(config);
            List<DiffId> diffIds = new ArrayList<>();
            for (JsonNode id : json.path("rootfs").path("diff_ids")) {
                diffIds.add(DiffId.parse(id.asText()));
            }
            for (JsonNode step : json.path(MEMBER).path("records")) {
                read(step, diffIds, manifest.layers());
            }
        } catch (IOException | IllegalArgumentException | DateTimeException e) {
            throw new MalformedDocument("the cache in an image's configuration: " + e.getMessage(), e);
        }
    }

    private void read(JsonNode step, List<DiffId> diffIds, List<Descriptor> layers) throws IOException {
        Digest key = Digest.parse(step.path("key").asText());
        Instant created = Instant.parse(step.path("created").asText());
        JsonNode said = step.path("layer");
        if (said.isMissingNode()) {
            records.put(key, new ResultRecord(key, created, Optional.empty()));
            return;
        }
        LayerSummary summary = new LayerSummary(
                DiffId.parse(said.path("diffId").asText()),
                Digest.parse(said.path("content").asText()),
                said.path("size").asLong());
        int number = diffIds.indexOf(summary.diffId());
        Optional<Descriptor> blob =
                number >= 0 && number < layers.size() ? Optional.of(layers.get(number)) : Optional.empty();
        Optional<Descriptor> index = Optional.empty();
        if (said.has("index")) {
            byte[] bytes = said.path("index").binaryValue();
            Descriptor descriptor = new Descriptor(ResultRecord.INDEX_TYPE, Digest.sha256(bytes), bytes.length);
            indexes.put(descriptor.digest(), bytes);
            index = Optional.of(descriptor);
        }
        // The image of another platform may have the layer that this one's steps only read.
        boolean better = blob.isPresent() || !records.containsKey(key);
        if (better) {
            records.put(key, new ResultRecord(key, created, Optional.of(new RecordedLayer(summary, blob, index))));
        }
    }

    Optional<ResultRecord> find(Digest key) {
        return Optional.ofNullable(records.get(key));
    }

    /** An index that is carried. */
    Optional<InputStream> open(Descriptor index) {
        return Optional.ofNullable(indexes.get(index.digest())).map(ByteArrayInputStream::new);
    }
}
