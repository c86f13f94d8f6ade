package dev.jbuild.engine;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a build would do.
 *
 * @param steps inputs before those that use them, and after all of them the steps that aren't needed
 * @param criticalPath of all chains of steps that would have to wait for each other the one that would take longest, if all
 *     that may run runs; by ID
 */
public record Forecast(List<Step> steps, List<String> criticalPath) {
    public Forecast {
        steps = List.copyOf(steps);
        criticalPath = List.copyOf(criticalPath);
    }

    /** What would become of a step. */
    public enum State {
        /** An image or a context that is there. */
        PRESENT,
        /** An image, a file or a repository that would be got from elsewhere. */
        FETCH,
        CACHED,
        RUN,
        /** An input would have to be made or got first: it is cached or runs, as that turns out. */
        UNKNOWN,
        /** What is asked for doesn't need it. */
        SKIPPED;

        /** {@code cached}. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A step.
     *
     * @param name what users read, such as {@code [build 2/4] RUN make}
     * @param line of the Buildfile; 0 for what no instruction asks for
     * @param inputs by ID
     * @param isStep whether it is one that the cache knows, and not something that gets its inputs ready
     * @param reasons why it would run, or what it waits for
     * @param time what making its result took: of one that is cached what it saves
     * @param bytes of the layer that it has, or had when it was last made
     * @param build by whose record time and bytes are foretold; empty where a result itself tells them
     */
    public record Step(
            String id,
            String name,
            int line,
            List<String> inputs,
            boolean isStep,
            State state,
            List<String> reasons,
            Optional<Duration> time,
            OptionalLong bytes,
            String build) {
        public Step {
            inputs = List.copyOf(inputs);
            reasons = List.copyOf(reasons);
        }
    }

    /** The steps of which this would become. */
    public List<Step> in(State state) {
        return steps.stream()
                .filter(step -> step.isStep() && step.state() == state)
                .toList();
    }

    /** How long all steps of which this would become took, as far as that is known. */
    public Duration time(State state) {
        return in(state).stream().flatMap(step -> step.time().stream()).reduce(Duration.ZERO, Duration::plus);
    }
}
