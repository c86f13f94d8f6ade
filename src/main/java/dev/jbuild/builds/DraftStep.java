package dev.jbuild.builds;

import dev.jbuild.builds.RecordedStep.Outcome;
import dev.jbuild.cache.CacheKey;
import dev.jbuild.progress.StepUsage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A step as far as it is known. */
final class DraftStep {
    final int number;
    final String vertex;
    final String name;
    int line;
    List<String> inputs = List.of();
    String source = "";
    Outcome outcome = Outcome.WAITING;
    String started = "";
    String finished = "";
    boolean ignoreCache;
    boolean missed;
    String key = "";
    String preimage = "";
    String content = "";
    String layer = "";
    long logBytes;
    String error = "";
    Optional<StepUsage> usage = Optional.empty();
    String reusedFrom = "";
    String tooOld = "";
    Optional<Duration> saved = Optional.empty();

    DraftStep(int number, String vertex, String name) {
        this.number = number;
        this.vertex = vertex;
        this.name = name;
    }

    void keyed(CacheKey its) {
        key = its.digest().toString();
        preimage = its.preimage();
    }

    RecordedStep toStep() {
        return new RecordedStep(
                number,
                vertex,
                name,
                line,
                inputs,
                source,
                outcome,
                started,
                finished,
                ignoreCache,
                key,
                preimage,
                content,
                layer,
                logBytes,
                error,
                usage,
                reusedFrom,
                saved,
                tooOld);
    }
}
