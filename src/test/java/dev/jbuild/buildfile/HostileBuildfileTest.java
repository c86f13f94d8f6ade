package dev.jbuild.buildfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.problem.UserError;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Files made to cost more than they should: each is refused, or done with, in little time. */
class HostileBuildfileTest {
    private static final int LARGE = 50 << 20;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private interface Work {
        void run() throws UserError;
    }

    /** Of processor time, for other work on the machine doesn't count. */
    private static void within(int seconds, Work work) throws UserError {
        long before = THREADS.getCurrentThreadCpuTime();
        work.run();
        assertThat((THREADS.getCurrentThreadCpuTime() - before) / 1e9).isLessThan(seconds);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] filled(String start, String with) {
        StringBuilder text = new StringBuilder(LARGE + start.length() + with.length());
        text.append(start);
        while (text.length() < LARGE) {
            text.append(with);
        }
        return bytes(text.toString());
    }

    private static void refused(byte[] file, String what) throws UserError {
        within(
                5,
                () -> assertThatThrownBy(() -> Buildfile.parse("Buildfile", file))
                        .isInstanceOf(UserError.class)
                        .hasMessageContaining(what));
    }

    @Test
    void aHugeLineIsRefused() throws UserError {
        refused(filled("FROM scratch\nRUN ", "x"), "too large");
        refused(bytes("FROM scratch\nRUN " + "x".repeat(1 << 20) + "\n"), "line greater than max allowed size");
    }

    @Test
    void aHugeFileOfManyLinesIsRefused() throws UserError {
        refused(filled("FROM scratch\n", "RUN x\n"), "too large");
    }

    @Test
    void aHugeContinuationIsRefused() throws UserError {
        refused(filled("FROM scratch\nRUN a", " \\\n x"), "too large");
    }

    @Test
    void aHugeHeredocIsRefused() throws UserError {
        refused(filled("FROM scratch\nRUN <<EOF\n", "line of a heredoc\n"), "too large");
    }

    @Test
    void hugeCommentsAreRefused() throws UserError {
        refused(filled("# check=skip=all\n", "# comment\n"), "too large");
    }

    @Test
    void aHundredThousandInstructionsAreDoneWith() throws UserError {
        StringBuilder text = new StringBuilder("FROM scratch\n");
        while (text.length() < 4 << 20) {
            text.append("RUN --mount=type=cache,target=/c make\n");
        }
        byte[] file = bytes(text.toString());
        within(10, () -> assertThat(Buildfile.parse("Buildfile", file).stages()).hasSize(1));
    }

    @Test
    void deeplyNestedJsonIsNoStackOverflow() throws UserError {
        String deep = "[".repeat(30_000);
        within(5, () -> Buildfile.parse("Buildfile", "FROM scratch\nRUN " + deep + "\n"));
        within(5, () -> Buildfile.parse("Buildfile", "FROM scratch\nRUN [\"a\", " + "{\"a\":".repeat(10_000) + "\n"));
    }

    @Test
    void deeplyNestedVariablesAreNoStackOverflow() throws UserError {
        String deep = "${x:-".repeat(10_000) + "}".repeat(10_000);
        within(
                5,
                () -> assertThatThrownBy(() -> new WordExpander('\\').processWord(deep, Environment.of(Map.of())))
                        .isInstanceOf(UserError.class));
    }

    @Test
    void nestedOnbuildIsNoStackOverflow() throws UserError {
        String deep = "ONBUILD ".repeat(8_000) + "RUN x";
        within(
                5,
                () -> assertThatThrownBy(() -> Buildfile.parse("Buildfile", "FROM scratch\n" + deep + "\n"))
                        .isInstanceOf(UserError.class));
    }

    @Test
    void valuesThatDoubleAreRefusedBeforeTheyFillTheMemory() throws UserError {
        WordExpander words = new WordExpander('\\');
        Map<String, String> variables = new LinkedHashMap<>(Map.of("a", "x".repeat(1000)));
        within(
                5,
                () -> assertThatThrownBy(() -> {
                            for (int i = 0; i < 40; i++) {
                                variables.put("a", words.processWord("$a$a$a", Environment.of(variables)));
                            }
                        })
                        .isInstanceOf(UserError.class)
                        .hasMessageContaining("too long"));
        Map<String, String> replaced = new LinkedHashMap<>(Map.of("a", "x".repeat(1000)));
        within(
                5,
                () -> assertThatThrownBy(() -> {
                            for (int i = 0; i < 40; i++) {
                                replaced.put("a", words.processWord("${a//x/xxxx}", Environment.of(replaced)));
                            }
                        })
                        .isInstanceOf(UserError.class)
                        .hasMessageContaining("too long"));
    }

    @Test
    void patternsThatBacktrackAreDoneWith() throws UserError {
        WordExpander words = new WordExpander('\\');
        Map<String, String> variables = Map.of("a", "a".repeat(20_000) + "b");
        String stars = "*a".repeat(50) + "c";
        within(5, () -> {
            for (String form : new String[] {"#", "##", "%", "%%", "/", "//"}) {
                try {
                    words.processWord("${a" + form + stars + "}", Environment.of(variables));
                } catch (UserError e) {
                    assertThat(e.what()).isNotBlank();
                }
            }
        });
    }

    @Test
    void ignorePatternsThatBacktrackAreDoneWith() throws UserError {
        String pattern = "**/" + "*a".repeat(50) + "*b";
        IgnorePatterns patterns = IgnorePatterns.parse(pattern + "\n");
        String path = ("a".repeat(200) + "/").repeat(20) + "c";
        within(5, () -> assertThat(patterns.ignores(path)).isFalse());
        IgnorePatterns stars = IgnorePatterns.parse("**/a/".repeat(30) + "b\n");
        within(5, () -> assertThat(stars.ignores("a/".repeat(500) + "c")).isFalse());
    }
}
