package dev.jbuild.cache;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Timestamps;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.store.CacheRecords;
import dev.jbuild.store.CacheRecords.About;
import dev.jbuild.store.CacheRecords.CacheRecord;
import dev.jbuild.store.CacheType;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Remembers which layer a step made. Safe for use by many threads and processes. */
public final class BuildCache {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final CacheRecords records;

    public BuildCache(CacheRecords records) {
        this.records = records;
    }

    /**
     * What a step did.
     *
     * @param layer the layer it made; absent when it changed nothing and so made none
     * @param created when it was made: an image that is built again from the cache is the same image
     */
    public record StepRecord(Optional<DiffId> layer, Instant created) {}

    /**
     * A result that was found.
     *
     * @param cost how long it took to make; zero if that isn't known
     */
    public record Known(StepRecord result, Duration cost) {}

    /** The result recorded for this key. The layer it names may have been collected since. */
    public Optional<StepRecord> find(CacheKey key) throws JbuildException {
        return look(key).map(Known::result);
    }

    /** The result recorded for this key, and what is known of how it was made. */
    public Optional<Known> look(CacheKey key) throws JbuildException {
        return known(records.find(key.digest()));
    }

    /** As {@link #look}, but for whoever won't use the result. */
    public Optional<Known> peek(CacheKey key) throws JbuildException {
        return known(records.peek(key.digest()));
    }

    private static Optional<Known> known(Optional<CacheRecord> found) {
        return found.flatMap(record -> parse(record.body()))
                .map(result -> new Known(result, found.get().about().cost()));
    }

    /** Records the result of a step of which nothing more is known. */
    public void record(CacheKey key, StepRecord result) throws JbuildException {
        record(key, result, new About(CacheType.REGULAR, "", Duration.ZERO));
    }

    /** Records a result, with the key's preimage so that later misses can be explained. */
    public void record(CacheKey key, StepRecord result, About about) throws JbuildException {
        ObjectNode json = MAPPER.createObjectNode();
        result.layer().ifPresent(layer -> json.put("layer", layer.toString()));
        json.put("created", Timestamps.format(result.created()));
        json.put("preimage", key.preimage());
        records.put(new CacheRecord(
                key.digest(), json.toString(), result.layer().map(List::of).orElse(List.of()), List.of(), about));
    }

    private static Optional<StepRecord> parse(String body) {
        try {
            JsonNode json = MAPPER.readTree(body);
            JsonNode layer = json.path("layer");
            return Optional.of(new StepRecord(
                    layer.isTextual() ? Optional.of(DiffId.parse(layer.asText())) : Optional.empty(),
                    Timestamps.parse(json.path("created").asText())));
        } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
            // A record that can't be read is a miss: the step runs again and writes a new one.
            return Optional.empty();
        }
    }
}
