package dev.jbuild.builds;

import dev.jbuild.progress.BuildEvent.BuildEnded;
import dev.jbuild.progress.BuildEvent.Outcome;
import dev.jbuild.progress.StepSummary;
import dev.jbuild.progress.StepSummary.Mark;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What there is to say of a build once it is over. */
final class Summary {
    private Summary() {}

    static BuildEnded of(BuildRecord build, Instant now) {
        Outcome outcome = switch (build.state()) {
            case DONE -> Outcome.DONE;
            case CANCELLED -> Outcome.CANCELLED;
            default -> Outcome.FAILED;
        };
        List<StepSummary> steps = build.steps().stream().map(Summary::step).toList();
        List<String> path =
                criticalPath(build.steps()).stream().map(RecordedStep::vertex).toList();
        return new BuildEnded(outcome, steps, path, now);
    }

    private static StepSummary step(RecordedStep step) {
        return new StepSummary(
                step.vertex(),
                step.name(),
                step.isStep(),
                mark(step),
                step.reusedFrom(),
                took(step),
                step.saved(),
                step.usage());
    }

    private static Mark mark(RecordedStep step) {
        return switch (step.outcome()) {
            case WAITING -> Mark.WAITING;
            // Its end isn't told when all must stop.
            case RUNNING, CANCELLED -> Mark.CANCELLED;
            case CACHED -> Mark.CACHED;
            case REUSED -> Mark.REUSED;
            case SKIPPED -> Mark.SKIPPED;
            case DONE -> Mark.RUN;
            case FAILED -> Mark.FAILED;
        };
    }

    private static Duration took(RecordedStep step) {
        return step.ran() ? step.duration().orElse(Duration.ZERO) : Duration.ZERO;
    }

    private record Chain(@Nullable Chain before, RecordedStep last, Duration length) {}

    /**
     * Of all chains of steps that had to wait for each other, the one that took longest; without the steps that took no
     * time.
     *
     * @param steps inputs before those that use them
     */
    static List<RecordedStep> criticalPath(List<RecordedStep> steps) {
        return criticalPath(steps, Summary::took);
    }

    /** @param took how long each is taken to need */
    static List<RecordedStep> criticalPath(List<RecordedStep> steps, Function<RecordedStep, Duration> took) {
        Map<String, Chain> chains = new HashMap<>();
        Optional<Chain> longest = Optional.empty();
        for (RecordedStep step : steps) {
            Optional<Chain> before = Optional.empty();
            for (String input : step.inputs()) {
                before = longer(before, Optional.ofNullable(chains.get(input)));
            }
            Duration length = before.map(Chain::length).orElse(Duration.ZERO).plus(took.apply(step));
            Chain chain = new Chain(before.orElse(null), step, length);
            chains.put(step.vertex(), chain);
            longest = longer(longest, Optional.of(chain));
        }
        List<RecordedStep> path = new ArrayList<>();
        for (Chain chain = longest.orElse(null); chain != null; chain = chain.before()) {
            if (!took.apply(chain.last()).isZero()) {
                path.add(chain.last());
            }
        }
        Collections.reverse(path);
        return path;
    }

    private static Optional<Chain> longer(Optional<Chain> one, Optional<Chain> other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.or(() -> other);
        }
        return other.get().length().compareTo(one.get().length()) > 0 ? other : one;
    }
}
