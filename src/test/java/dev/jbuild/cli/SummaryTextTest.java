package dev.jbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.progress.BuildEvent.BuildEnded;
import dev.jbuild.progress.BuildEvent.Outcome;
import dev.jbuild.progress.StepSummary;
import dev.jbuild.progress.StepSummary.Mark;
import dev.jbuild.progress.StepUsage;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SummaryTextTest {
    private final List<StepSummary> steps = new ArrayList<>();

    private SummaryTextTest step(String name, Mark mark, long tookMillis, long savedMillis) {
        return step(name, mark, tookMillis, savedMillis, true, Optional.empty());
    }

    private SummaryTextTest step(
            String name, Mark mark, long took, long saved, boolean counted, Optional<StepUsage> usage) {
        steps.add(new StepSummary(
                "v" + steps.size(),
                name,
                counted,
                mark,
                mark == Mark.REUSED ? "/cache" : "",
                Duration.ofMillis(took),
                saved == 0 ? Optional.empty() : Optional.of(Duration.ofMillis(saved)),
                usage));
        return this;
    }

    private String printed(Outcome outcome, boolean debug) {
        List<String> path =
                steps.stream().filter(StepSummary::ran).map(StepSummary::vertex).toList();
        SummaryText text = new SummaryText(debug);
        text.ended(new BuildEnded(outcome, steps, path, Happenings.BEGIN));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        text.print(out);
        text.print(out);
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void countsStepsAndShowsWhatTookLongest() {
        String digest = "@sha256:" + String.join("", Collections.nCopies(64, "a"));
        step("[build 1/5] FROM busybox" + digest, Mark.RUN, 1200, 0, false, Optional.empty());
        step("[build 2/5] WORKDIR /src", Mark.CACHED, 0, 100).step("[build 3/5] COPY . .", Mark.REUSED, 0, 0);
        step("[build 4/5] RUN make\n  all", Mark.RUN, 8100, 0).step("[build 5/5] RUN true", Mark.RUN, 10, 0);
        step("[test] RUN never", Mark.SKIPPED, 0, 0);

        assertThat(printed(Outcome.DONE, false)).isEqualTo("""

                4 steps: 2 run, 1 cached, 1 reused from other caches, 1 skipped; the cache saved 0.1s
                critical path 9.3s:
                    1.2s  [build 1/5] FROM busybox
                    8.1s  [build 4/5] RUN make all
                    0.0s  1 other step
                """);
    }

    @Test
    void hasFewLinesHoweverLongThePathIs() {
        for (int i = 1; i <= 20; i++) {
            step("RUN " + i, Mark.RUN, i * 1000, 0);
        }

        assertThat(printed(Outcome.DONE, false).lines())
                .containsExactly(
                        "",
                        "20 steps: 20 run",
                        "critical path 210.0s:",
                        "   18.0s  RUN 18",
                        "   19.0s  RUN 19",
                        "   20.0s  RUN 20",
                        "  153.0s  17 other steps");
    }

    @Test
    void aBuildThatRanNothingHasOneLine() {
        step("FROM", Mark.RUN, 500, 0, false, Optional.empty());
        step("COPY", Mark.CACHED, 0, 300).step("RUN", Mark.CACHED, 0, 61_000).step("never", Mark.SKIPPED, 0, 0);
        assertThat(printed(Outcome.DONE, false)).isEqualTo("\n2 steps, all cached, saved 61.3s\n");
        step("RUN 2", Mark.REUSED, 0, 0);
        assertThat(printed(Outcome.DONE, false))
                .isEqualTo("\n3 steps, all cached (1 reused from other caches), saved 61.3s\n");
    }

    @Test
    void nothingIsSaidOfAFailureOrOfNoSteps() {
        assertThat(printed(Outcome.DONE, false)).isEmpty();
        step("FROM", Mark.RUN, 500, 0, false, Optional.empty());
        assertThat(printed(Outcome.DONE, false)).isEmpty();
        step("RUN", Mark.FAILED, 500, 0);
        assertThat(printed(Outcome.FAILED, false)).isEmpty();
    }

    @Test
    void detailsAreATableOfAllSteps() {
        StepUsage usage = new StepUsage(
                Duration.ofMillis(400), Duration.ofMillis(200), Duration.ofMillis(100), 4_000_000, 0, 2000);
        step("load", Mark.RUN, 100, 0, false, Optional.empty());
        step("RUN make", Mark.FAILED, 500, 0, true, Optional.of(usage)).step("COPY", Mark.REUSED, 0, 0);
        step("RUN 2", Mark.WAITING, 0, 0).step("RUN 3", Mark.CACHED, 0, 2100);

        assertThat(printed(Outcome.FAILED, true)).isEqualTo("""

                STATUS               WALL   CPU    MEMORY   READ   WRITTEN   SAVED   NAME
                DONE                 0.1s                                            load
                FAILED               0.5s   0.3s   4MB      0B     2kB               RUN make
                REUSED from /cache                                                   COPY
                WAITING                                                              RUN 2
                CACHED                                                       2.1s    RUN 3
                """);
    }
}
