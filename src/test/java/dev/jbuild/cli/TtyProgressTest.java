package dev.jbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TtyProgressTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private Happenings build(int width, int height, int logLines) {
        return new Happenings(new TtyProgress(
                new PrintStream(bytes, true, StandardCharsets.UTF_8),
                new Notices(false, false),
                new SummaryText(false),
                () -> new TtyProgress.Size(width, height),
                TtyColours.none(),
                logLines));
    }

    /** What was drawn last, without the escapes that place it. */
    private String picture() {
        String all = bytes.toString(StandardCharsets.UTF_8);
        String last = all.substring(all.lastIndexOf("[+]"));
        return last.replaceAll("\u001b\\[[0-9]*[KJA]", "").replace("\r", "");
    }

    @Test
    void runningStepsShowTimeOutputAndBytes() {
        build(70, 24, 2)
                .cached(0, "a", "[1/3] FROM busybox")
                .started(10, "b", "[2/3] RUN make")
                .started(20, "c", "[3/3] COPY --from=x / /")
                .printed(100, "b", "one\ntwo\n\u001b[32mthree\u001b[0m\n")
                .moved(120, "c", "sha256:abc", 1_000_000, 4_000_000, false)
                .tick(1210);
        assertThat(picture()).isEqualTo("""
                        [+] Building 1.2s (1/3)
                         => CACHED [1/3] FROM busybox                                    0.0s
                         => [2/3] RUN make                                               1.2s
                         => => # two
                         => => # three
                         => [3/3] COPY --from=x / /                                      1.2s
                         => => sha256:abc         [=====>              ] 1.00MB / 4.00MB 1.1s
                        """);
    }

    @Test
    void theNextPictureIsDrawnOverTheLast() {
        Happenings build = build(40, 24, 6).started(0, "a", "RUN x").tick(100);
        bytes.reset();
        build.tick(200);
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .startsWith("\u001b[2A\r[+] Building 0.2s (0/1)\u001b[K\n\r => RUN x");
    }

    @Test
    void aSmallTerminalShowsWhatStillRuns() {
        Happenings build = build(40, 5, 6);
        for (int i = 0; i < 10; i++) {
            build.started(i, "v" + i, "step " + i);
            if (i < 8) {
                build.done(i, "v" + i);
            }
        }
        build.tick(1000);
        assertThat(picture().lines().count()).isLessThan(5);
        assertThat(picture()).contains("step 8").contains("step 9").contains("(8/10)");
    }

    @Test
    void linesNeverReachTheRightEdge() {
        build(20, 24, 6)
                .started(0, "a", "[1/1] RUN a very long command line")
                .printed(1, "a", "日本語日本語日本語日本語\n")
                .tick(5);
        assertThat(picture().lines()).allMatch(line -> TerminalText.columns(line) < 20);
    }

    @Test
    void theEndShowsAllStepsAndTheFailure() {
        build(60, 3, 6)
                .started(0, "a", "one")
                .done(10, "a")
                .started(10, "b", "two")
                .printed(20, "b", "out of luck")
                .failed(30, "b", "exit code: 1")
                .over();
        assertThat(picture()).isEqualTo("""
                        [+] Building 0.0s (2/2) FINISHED
                         => one                                                0.0s
                         => ERROR two                                          0.0s
                        ------
                         > two:
                        0.020 out of luck
                        ------
                        """);
    }

    @Test
    void warningsStandBelowTheirStep() {
        build(70, 24, 6)
                .started(0, "a", "load build definition")
                .done(10, "a")
                .warned(20, "a", "Rule: not so (line 2)", 2)
                .over();
        assertThat(picture()).isEqualTo("""
                        [+] Building 0.0s (1/1) FINISHED
                         => load build definition                                        0.0s
                         => WARN: Rule: not so (line 2)                                  0.0s

                         1 warning found (use jbuild --debug to expand):
                         - Rule: not so (line 2)
                        """);
    }

    @Test
    void afterSomebodyElseHadTheTerminalThePictureIsDrawnBelow() {
        Happenings build = build(70, 24, 2).started(0, "a", "RUN a").tick(1000).held();
        int before = bytes.size();
        build.tick(2000);
        assertThat(bytes.size()).isEqualTo(before);

        build.released().tick(3000);

        String after = bytes.toString(StandardCharsets.UTF_8).substring(before);
        assertThat(after).contains("Building 3.0s").doesNotContain("\u001b[1A").doesNotContain("\u001b[2A");
    }
}
