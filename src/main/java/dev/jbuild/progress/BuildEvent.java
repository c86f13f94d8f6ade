package dev.jbuild.progress;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Something that happened in a build. A vertex is named by a key that is unique in its build. */
public sealed interface BuildEvent {
    Instant time();

    /** A vertex began to work; {@code name} is what users read, such as {@code [build 2/4] RUN make}. */
    record VertexStarted(String vertex, String name, List<String> inputs, Instant time) implements BuildEvent {
        public VertexStarted {
            inputs = List.copyOf(inputs);
        }
    }

    /**
     * A vertex's result was found without work. No other event of this vertex follows, unless the result turns out to be
     * lost; it was started before only if it waited for another build to make the result.
     *
     * @param source the cache outside the store that had it; absent for the store's own
     * @param saved how long it took once to make it, if that is known
     */
    record VertexCached(String vertex, String name, Optional<String> source, Optional<Duration> saved, Instant time)
            implements BuildEvent {}

    /**
     * A started vertex ended.
     *
     * @param usage of its processes, if it ran any to their end
     */
    record VertexFinished(
            String vertex, Outcome outcome, Optional<String> error, Optional<StepUsage> usage, Instant time)
            implements BuildEvent {

        /** Of a vertex without processes. */
        public VertexFinished(String vertex, Outcome outcome, Optional<String> error, Instant time) {
            this(vertex, outcome, error, Optional.empty(), time);
        }
    }

    /** Bytes that a vertex's process printed, as they came. */
    record VertexOutput(String vertex, Stream stream, ByteBuffer data, Instant time) implements BuildEvent {
        public VertexOutput {
            data = data.asReadOnlyBuffer();
        }

        /** A copy of the bytes. */
        public byte[] bytes() {
            byte[] bytes = new byte[data.remaining()];
            data.duplicate().get(bytes);
            return bytes;
        }
    }

    /**
     * How far one transfer or other long item of work inside a vertex is.
     *
     * @param item what users read, such as a blob's digest
     * @param current bytes done
     * @param total bytes in all, or -1 when unknown
     */
    record VertexTransfer(String vertex, String item, long current, long total, boolean done, Instant time)
            implements BuildEvent {}

    /**
     * Something in a source file that should not be so, found by a vertex that ran or runs.
     *
     * @param text such as {@code StageNameCasing: Stage name 'X' should be lowercase (line 2)}
     * @param description one sentence on what is asked
     * @param url where more is said, or an empty text
     * @param firstLine of the lines concerned, counted from 1
     */
    record VertexWarning(
            String vertex,
            String text,
            String description,
            String url,
            SourceFile source,
            int firstLine,
            int lastLine,
            Instant time)
            implements BuildEvent {}

    /** Why a vertex that begins now was not found in the cache, in one line. */
    record VertexExplained(String vertex, String text, Instant time) implements BuildEvent {}

    /** A file of text that warnings are about. */
    record SourceFile(String name, String text) {}

    /** Something the user should know that stops nothing. */
    record Notice(String text, List<String> details, Instant time) implements BuildEvent {
        public Notice {
            details = List.copyOf(details);
        }
    }

    /**
     * The build came to an end, with whatever outcome. The last event but for those of what is cleaned up.
     *
     * @param steps all there are, in the order of the graph
     * @param criticalPath the steps, by vertex, that made the build take as long as it did: of all chains of steps that
     *     had to wait for each other, the one that took longest
     */
    record BuildEnded(Outcome outcome, List<StepSummary> steps, List<String> criticalPath, Instant time)
            implements BuildEvent {
        public BuildEnded {
            steps = List.copyOf(steps);
            criticalPath = List.copyOf(criticalPath);
        }
    }

    enum Outcome {
        DONE,
        FAILED,
        CANCELLED
    }

    enum Stream {
        STDOUT,
        STDERR
    }
}
