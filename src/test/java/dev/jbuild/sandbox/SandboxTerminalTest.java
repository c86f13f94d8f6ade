package dev.jbuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.testing.Needs;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A container whose streams are those of the program that starts it. */
@Tag("kernel")
@Timeout(60)
class SandboxTerminalTest {
    private static final Path SCRIPT = Path.of("/usr/bin/script");

    @TempDir
    Path base;

    /** What a program printed, and its exit status. */
    private record Ended(int status, String out) {}

    @Test
    void standardInputIsHandedThrough() throws Exception {
        Ended ended = run(java("interactive", "wc -c; exit 4"), "x".repeat(100_000));
        assertThat(ended).isEqualTo(new Ended(4, "100000\n"));
    }

    @Test
    void terminalIsANewOneOfTheContainer() throws Exception {
        assumeScript();
        String script = "tty; stty size; test -t 0 && test -t 1 && test -t 2 && echo all; read x; echo got $x; exit 9";
        Ended ended = run(terminal("stty rows 31 cols 71; " + quoted(java("terminal", script))), "typed\n");
        assertThat(ended.out().lines().map(String::strip))
                .containsSubsequence("/dev/pts/0", "31 71", "all", "got typed");
        assertThat(ended.status()).isEqualTo(9);
    }

    @Test
    void terminalOfTheCallerIsRestored() throws Exception {
        assumeScript();
        String command =
                "stty -a > %1$s/before; %2$s; stty -a > %1$s/after".formatted(base, quoted(java("terminal", "read x")));
        run(terminal(command), "\n");
        assertThat(base.resolve("after")).hasSameTextualContentAs(base.resolve("before"));
    }

    private static void assumeScript() {
        Needs.machine(Files.isExecutable(SCRIPT), "script(1) is not installed");
    }

    private static List<String> terminal(String command) {
        return List.of(SCRIPT.toString(), "-qec", command, "/dev/null");
    }

    private List<String> java(String mode, String script) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djbuild.dist=" + System.getProperty("jbuild.dist", "target/jbuild"),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Caller.class.getName(),
                base.resolve("container").toString(),
                mode,
                script);
    }

    private static String quoted(List<String> words) {
        List<String> quoted = new ArrayList<>();
        words.forEach(word -> quoted.add("'" + word.replace("'", "'\\''") + "'"));
        return String.join(" ", quoted);
    }

    private static Ended run(List<String> command, String input) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), out);
    }

    /** The program that has the terminal. */
    static final class Caller {
        public static void main(String[] args) throws Exception {
            TestContainer container = new TestContainer(Path.of(args[0]));
            container.interactive = true;
            container.terminal = args[1].equals("terminal");
            TestContainer.Ran ran = container.run("sh", "-c", args[2]);
            System.out.print(ran.out() + ran.err() + ran.result().startFailure());
            System.exit(ran.result().status());
        }
    }
}
