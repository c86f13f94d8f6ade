package dev.jbuild.builds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.builds.RecordedStep.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SummaryTest {
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    private static RecordedStep step(String vertex, Outcome outcome, int seconds, String... inputs) {
        return new RecordedStep(
                1,
                vertex,
                vertex,
                1,
                List.of(inputs),
                "",
                outcome,
                BEGIN.toString(),
                BEGIN.plusSeconds(seconds).toString(),
                false,
                "",
                "",
                "",
                "",
                0,
                "",
                Optional.empty(),
                "",
                Optional.empty(),
                "");
    }

    private static List<String> path(RecordedStep... steps) {
        return Summary.criticalPath(List.of(steps)).stream()
                .map(RecordedStep::vertex)
                .toList();
    }

    @Test
    void theCriticalPathIsTheLongestByTimeAndNotByNumber() {
        assertThat(path(
                        step("base", Outcome.DONE, 2),
                        step("slow", Outcome.DONE, 9, "base"),
                        step("one", Outcome.DONE, 1, "base"),
                        step("two", Outcome.DONE, 1, "one"),
                        step("three", Outcome.DONE, 1, "two"),
                        step("last", Outcome.DONE, 1, "three", "slow")))
                .containsExactly("base", "slow", "last");
    }

    @Test
    void whatWasCachedTookNoTimeAndIsNotOnIt() {
        assertThat(path(
                        step("cached", Outcome.CACHED, 9),
                        step("ran", Outcome.DONE, 1, "cached"),
                        step("waiting", Outcome.WAITING, 9, "ran")))
                .containsExactly("ran");
        assertThat(path(step("cached", Outcome.CACHED, 9))).isEmpty();
        assertThat(path()).isEmpty();
    }

    @Test
    void aChainMayEndBeforeTheTarget() {
        assertThat(path(
                        step("slow", Outcome.FAILED, 9),
                        step("quick", Outcome.DONE, 1),
                        step("after", Outcome.DONE, 1, "quick")))
                .containsExactly("slow");
    }
}
