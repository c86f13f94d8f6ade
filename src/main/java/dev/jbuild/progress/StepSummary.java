package dev.jbuild.progress;

import java.time.Duration;
import java.util.Optional;

/**
 * How one step of a build went.
 *
 * @param vertex its key in the build
 * @param name what users read
 * @param counted whether an instruction asks for it; else it gets inputs ready, or takes results away
 * @param reusedFrom the cache outside the store that had the result; empty for none
 * @param took how long it was at work
 * @param saved how long it took once to make the result that was found, if that is known
 * @param usage what its processes used, if it ran any
 */
public record StepSummary(
        String vertex,
        String name,
        boolean counted,
        Mark mark,
        String reusedFrom,
        Duration took,
        Optional<Duration> saved,
        Optional<StepUsage> usage) {

    /** What became of a step. */
    public enum Mark {
        RUN,
        /** The store had its result. */
        CACHED,
        /** A cache outside the store had its result. */
        REUSED,
        /** What was asked for doesn't need it. */
        SKIPPED,
        FAILED,
        CANCELLED,
        /** The build ended before it began. */
        WAITING
    }

    /** Whether it did something, with whatever outcome. */
    public boolean ran() {
        return mark == Mark.RUN || mark == Mark.FAILED || mark == Mark.CANCELLED;
    }
}
