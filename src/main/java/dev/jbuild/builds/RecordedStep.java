package dev.jbuild.builds;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jbuild.oci.Timestamps;
import dev.jbuild.progress.StepUsage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What is kept of a step of a build. Texts that don't apply are empty.
 *
 * @param number counted from 1, as users name it
 * @param vertex its ID in the build's graph
 * @param name what users read, such as {@code [build 2/4] RUN make}
 * @param line of the Buildfile; 0 for what no instruction asks for
 * @param inputs the IDs of the vertices whose results it needs
 * @param source what it gets from outside, with its digest: that of an image's manifest
 * @param outcome how it ended
 * @param started in ISO 8601
 * @param finished in ISO 8601
 * @param ignoreCache whether the cache was not to be asked
 * @param key the digest of {@code preimage}
 * @param preimage all that its result depends on, as JSON
 * @param content the digest of the root file system that it gave
 * @param layer the DiffID of the layer that it put on top
 * @param logBytes how much it printed
 * @param error why it failed
 * @param usage what its processes used, if it ran any
 * @param reusedFrom the cache outside the store that had its result
 * @param saved how long it took once to make the result that was found, if that is known
 * @param tooOld when a result was made that was older than the build wanted it, in ISO 8601
 */
public record RecordedStep(
        int number,
        String vertex,
        String name,
        int line,
        List<String> inputs,
        String source,
        Outcome outcome,
        String started,
        String finished,
        boolean ignoreCache,
        String key,
        String preimage,
        String content,
        String layer,
        long logBytes,
        String error,
        Optional<StepUsage> usage,
        String reusedFrom,
        Optional<Duration> saved,
        String tooOld) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    public RecordedStep {
        inputs = List.copyOf(inputs);
    }

    /** How a step ended. */
    public enum Outcome {
        /** It never began. */
        WAITING,
        /** It began, but its end wasn't recorded. */
        RUNNING,
        CACHED,
        /** A cache outside the store had its result. */
        REUSED,
        DONE,
        FAILED,
        CANCELLED,
        /** What was asked for doesn't need it. */
        SKIPPED
    }

    /** The members of {@code preimage}; an empty object if that says nothing. */
    public JsonNode keyed() {
        try {
            JsonNode members = MAPPER.readTree(preimage);
            return members.isObject() ? members : MAPPER.createObjectNode();
        } catch (JsonProcessingException e) {
            return MAPPER.createObjectNode();
        }
    }

    /** Whether it is a step that the cache knows, and not something that gets its inputs ready. */
    public boolean isStep() {
        return line > 0 && source.isEmpty();
    }

    /** Whether it has a result. */
    public boolean isSolved() {
        return outcome == Outcome.DONE || outcome == Outcome.CACHED || outcome == Outcome.REUSED;
    }

    /** Whether it ran, with whatever outcome. */
    public boolean ran() {
        return outcome == Outcome.DONE
                || outcome == Outcome.FAILED
                || outcome == Outcome.CANCELLED
                || outcome == Outcome.RUNNING;
    }

    /** How long it took, if it ran to its end. */
    public Optional<Duration> duration() {
        return started.isEmpty() || finished.isEmpty()
                ? Optional.empty()
                : Optional.of(Duration.between(Timestamps.parse(started), Timestamps.parse(finished)));
    }
}
