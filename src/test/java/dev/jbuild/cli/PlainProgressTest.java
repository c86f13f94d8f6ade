package dev.jbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlainProgressTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Happenings build = new Happenings(new PlainProgress(
            new PrintStream(bytes, true, StandardCharsets.UTF_8),
            new Notices(false, false),
            new SummaryText(false),
            Integer.MAX_VALUE,
            Optional.of(Duration.ofMinutes(1))));

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void stepsAreBlocksInBuildKitsGrammar() {
        build.started(0, "a", "[1/3] FROM docker.io/library/busybox:latest")
                .done(40, "a")
                .cached(50, "b", "[2/3] COPY a.txt /")
                .started(60, "c", "[3/3] RUN echo hello")
                .printed(183, "c", "hello\n")
                .printed(15_060, "c", "later\n")
                .done(125_260, "c")
                .over();
        assertThat(printed()).isEqualTo("""
                        #1 [1/3] FROM docker.io/library/busybox:latest
                        #1 DONE 0.0s

                        #2 [2/3] COPY a.txt /
                        #2 CACHED

                        #3 [3/3] RUN echo hello
                        #3 0.123 hello
                        #3 15.00 later
                        #3 DONE 125.2s
                        """);
    }

    @Test
    void linesWaitWhileSomebodyElseHasTheTerminal() {
        build.started(0, "a", "RUN a").held();
        String before = printed();
        build.printed(10, "a", "x".repeat(2 << 20) + "\n").tick(9000);
        assertThat(printed()).isEqualTo(before);
        build.released().done(9500, "a").over();
        assertThat(printed()).contains("#1 0.010 xxx").endsWith("#1 DONE 9.5s\n");
    }

    @Test
    void aResultOfAnotherCacheIsCachedWithItsSource() {
        build.reused(0, "a", "[2/3] COPY a.txt /", "/some/cache").over();
        assertThat(printed()).isEqualTo("""
                        #1 [2/3] COPY a.txt /
                        #1 reused from /some/cache
                        #1 CACHED
                        """);
    }

    @Test
    void linesAndCharactersAreWholeHoweverTheBytesCome() {
        byte[] umlaut = "ü".getBytes(StandardCharsets.UTF_8);
        build.started(0, "a", "RUN x")
                .printed(10, "a", "gr")
                .printed(20, "a", new byte[] {umlaut[0]})
                .printed(30, "a", new byte[] {umlaut[1], 'n', '\n', 'e', 'n'})
                .printed(40, "a", "d")
                .done(50, "a")
                .over();
        assertThat(printed()).isEqualTo("""
                        #1 RUN x
                        #1 0.030 grün
                        #1 0.050 end
                        #1 DONE 0.1s
                        """);
    }

    @Test
    void aStepKeepsTheWordUntilItIsOver() {
        build.started(0, "a", "[a] RUN one")
                .started(1, "b", "[b] RUN two")
                .printed(100, "b", "from b\n")
                .printed(200, "a", "from a\n")
                .done(300, "a")
                .done(400, "b")
                .over();
        assertThat(printed()).isEqualTo("""
                        #1 [a] RUN one
                        #1 0.200 from a
                        #1 DONE 0.3s

                        #2 [b] RUN two
                        #2 0.099 from b
                        #2 DONE 0.4s
                        """);
    }

    @Test
    void whenAllAreSilentForLongTheOneThatRanLongestIsSaidToRun() {
        build.started(0, "a", "[a] RUN one")
                .started(10, "b", "[b] RUN two")
                .printed(59_000, "a", "at last\n")
                .tick(61_000)
                .tick(118_000)
                .tick(119_500)
                .tick(120_000)
                .tick(179_600)
                .done(180_000, "a");
        assertThat(printed().lines().filter(line -> line.contains("still running")))
                .containsExactly("#1 119.5 jbuild: still running", "#1 179.6 jbuild: still running");
    }

    @Test
    void aSilentStepLosesTheWord() {
        build.started(0, "a", "[a] RUN one")
                .started(1, "b", "[b] RUN two")
                .printed(100, "b", "from b\n")
                .tick(900)
                .tick(1100)
                .done(1300, "b")
                .printed(1400, "a", "from a\n")
                .done(1500, "a")
                .over();
        assertThat(printed()).isEqualTo("""
                        #1 [a] RUN one
                        #1 ...

                        #2 [b] RUN two
                        #2 0.099 from b
                        #2 DONE 1.3s

                        #1 [a] RUN one
                        #1 1.400 from a
                        #1 DONE 1.5s
                        """);
    }

    @Test
    void transfersAreToldNowAndThen() {
        build.started(0, "a", "FROM x")
                .moved(100, "a", "sha256:aa", 0, 3_400_000, false)
                .moved(600, "a", "sha256:aa", 1_200_000, 3_400_000, false)
                .moved(5_200, "a", "sha256:aa", 2_000_000, 3_400_000, false)
                .moved(6_100, "a", "sha256:aa", 3_400_000, 3_400_000, true)
                .done(6_200, "a")
                .over();
        assertThat(printed()).isEqualTo("""
                        #1 FROM x
                        #1 sha256:aa 0B / 3.40MB
                        #1 sha256:aa 2.00MB / 3.40MB 5.1s
                        #1 sha256:aa 3.40MB / 3.40MB 6.0s done
                        #1 DONE 6.2s
                        """);
    }

    @Test
    void aFailureIsRepeatedAtTheEnd() {
        build.started(0, "a", "[2/4] RUN make")
                .started(5, "b", "[b 1/1] RUN sleep 9")
                .printed(100, "a", "cc\nno such file\n")
                .failed(200, "a", "process \"make\" did not complete successfully: exit code: 2")
                .cancelled(210, "b")
                .over();
        assertThat(printed()).isEqualTo("""
                        #1 [2/4] RUN make
                        #1 0.100 cc
                        #1 0.100 no such file
                        #1 ERROR: process "make" did not complete successfully: exit code: 2

                        #2 [b 1/1] RUN sleep 9
                        #2 CANCELED
                        ------
                         > [2/4] RUN make:
                        0.100 cc
                        0.100 no such file
                        ------
                        """);
    }

    @Test
    void noticesComeLast() {
        build.noticed(0, "StageNameCasing: use lower case (line 1)", "more of it")
                .started(0, "a", "[1/1] FROM scratch")
                .done(1, "a")
                .over();
        assertThat(printed()).endsWith("""
                        #1 DONE 0.0s

                         1 warning found:
                         - StageNameCasing: use lower case (line 1)
                           more of it
                        """);
    }

    @Test
    void aNameOfSeveralLinesIsShownInOne() {
        build.cached(0, "a", "[1/1] RUN <<EOF\n  echo a\nEOF").over();
        assertThat(printed()).startsWith("#1 [1/1] RUN <<EOF echo a EOF\n#1 CACHED\n");
    }

    @Test
    void nulBytesInOutputAreKept() {
        build.started(0, "a", "RUN x").printed(0, "a", "a\0b\n").done(0, "a").over();
        assertThat(printed()).contains("#1 0.000 a\0b\n");
    }

    @Test
    void aFloodDoesNotWaitForItsTurn() {
        String line = "x".repeat(1 << 16) + "\n";
        build.started(0, "a", "[a]").started(1, "b", "[b]");
        for (int i = 0; i < 40; i++) {
            build.printed(2, "b", line);
        }
        assertThat(bytes.size()).isGreaterThan(1 << 20);
    }

    @Test
    void warningsFollowTheirStepAndAreRepeatedAtTheEnd() {
        build.started(0, "a", "[internal] load build definition from Dockerfile")
                .done(40, "a")
                .warned(50, "a", "One: first (line 1)", 1)
                .warned(50, "a", "Two: second (line 2)", 2)
                .started(60, "b", "RUN x")
                .warned(70, "a", "One: first (line 1)", 1)
                .done(90, "b")
                .over();
        assertThat(printed()).isEqualTo("""
                        #1 [internal] load build definition from Dockerfile
                        #1 DONE 0.0s
                        #1 WARN: One: first (line 1)
                        #1 WARN: Two: second (line 2)

                        #2 RUN x
                        #2 DONE 0.0s

                        #1 [internal] load build definition from Dockerfile
                        #1 WARN: One: first (line 1)

                         2 warnings found (use jbuild --debug to expand):
                         - One: first (line 1)
                         - Two: second (line 2)
                        """);
    }

    @Test
    void debuggingExpandsWarnings() {
        Notices notices = new Notices(true, false);
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        new Happenings(new PlainProgress(out, notices, new SummaryText(false), Integer.MAX_VALUE, Optional.empty()))
                .started(0, "a", "load")
                .warned(50, "a", "Two: second (line 2)", 2)
                .over();
        assertThat(printed()).endsWith("""

                 1 warning found:
                 - Two: second (line 2)
                what is asked
                More info: https://example.org/rule
                Dockerfile:2
                --------------------
                   1 |     one
                   2 | >>> two
                   3 |     three
                   4 |    \s
                --------------------

                """);
    }
}
