package dev.jbuild.builds;

import dev.jbuild.oci.Digest;
import dev.jbuild.oci.Timestamps;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is kept of a build. Texts that don't apply are empty.
 *
 * @param id unique in its store
 * @param project the same for builds of one Buildfile with one context
 * @param state how it ended, if it did
 * @param started in ISO 8601
 * @param finished in ISO 8601; empty while it runs
 * @param request what was asked for
 * @param image the ID of what was built
 * @param error why it failed
 * @param steps in the order of the graph
 */
public record BuildRecord(
        String id,
        String project,
        State state,
        String started,
        String finished,
        Request request,
        String image,
        String error,
        List<RecordedStep> steps) {
    public BuildRecord {
        steps = List.copyOf(steps);
    }

    /** How a build ended. */
    public enum State {
        RUNNING,
        DONE,
        FAILED,
        CANCELLED,
        /** It neither runs nor came to an end: its process was killed. */
        INTERRUPTED
    }

    /**
     * What was asked for.
     *
     * @param context the directory or address
     * @param target the stage, empty for the last
     */
    public record Request(String buildfile, String context, String target, List<String> platforms, List<String> names) {
        public Request {
            platforms = List.copyOf(platforms);
            names = List.copyOf(names);
        }

        /** What stands for the Buildfile and the context. */
        String project() {
            String where = context.isEmpty() ? "-" : context;
            return Digest.sha256((where + "\n" + buildfile).getBytes(StandardCharsets.UTF_8))
                    .shortHex();
        }
    }

    public Instant startedAt() {
        return Timestamps.parse(started);
    }

    /** When it ended, if it did. */
    public Optional<Instant> finishedAt() {
        return finished.isEmpty() ? Optional.empty() : Optional.of(Timestamps.parse(finished));
    }

    /** The steps that ended so. */
    public int count(RecordedStep.Outcome outcome) {
        return (int) steps.stream()
                .filter(step -> step.isStep() && step.outcome() == outcome)
                .count();
    }

    /** As it stands in its file. */
    public String toJson() {
        return RecordJson.text(this);
    }

    BuildRecord with(State other) {
        return new BuildRecord(id, project, other, started, finished, request, image, error, steps);
    }
}
