package dev.jbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Commands where steps of earlier builds ran: they find what the steps found, and leave nothing. */
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ShellTest {
    private static final String SUCCEEDS = "RUN --mount=type=bind,source=conf,target=/m1"
            + " --mount=type=bind,from=tools,source=/tool,target=/m2 --mount=type=cache,target=/cache,uid=7"
            + " --mount=type=tmpfs,target=/mem --mount=type=secret,id=s,target=/run/s"
            + " cat /m1/x /m2; echo kept >> /cache/n; echo made > made";

    private Path temp = Path.of("");

    @BeforeAll
    void build(@TempDir Path shared) throws IOException {
        temp = shared;
        Path root = Files.createDirectories(temp.resolve("base/root/bin"));
        Files.copy(Path.of("/bin/busybox"), root.resolve("busybox"));
        for (String applet : List.of("sh", "cat", "echo", "id", "ls", "stat")) {
            Files.createSymbolicLink(root.resolve(applet), Path.of("busybox"));
        }
        write("base/Buildfile", "FROM scratch\nCOPY root /\nENV BASE=yes\n");
        run(0, "build", "-t", "base", "base");
        write("project/conf/x", "conf\n");
        write("project/Buildfile", """
                FROM base AS tools
                RUN echo tool > /tool
                FROM base
                ENV MODE=odd
                WORKDIR /w
                RUN busybox chown 7:8 .
                USER 7:8
                %s
                """.formatted(SUCCEEDS));
        run(0, "build", "project");
        run(0, "build", "project");
        write("failing/Buildfile", "FROM base\nRUN echo half > /half && false\n");
        run(1, "build", "failing");
        run(1, "build", "--on-failure=keep", "failing");
    }

    private void write(String name, String text) throws IOException {
        Path file = temp.resolve(name);
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, text);
    }

    private TestConsole console() {
        return new TestConsole()
                .in(temp)
                .home(Path.of("target/jbuild").toAbsolutePath())
                .env("JBUILD_ROOT", temp.resolve("store").toString());
    }

    /** Returns what was printed. */
    private String run(int status, String... args) {
        TestConsole console = console();
        assertThat(console.run(args)).as(console.err()).isEqualTo(status);
        return console.out() + console.err();
    }

    /** The ID of a build, counted from the latest. */
    private String build(int number) {
        return run(0, "builds", "ls")
                .lines()
                .skip(1 + number)
                .findFirst()
                .orElseThrow()
                .split(" ", 2)[0];
    }

    @Test
    void aStepIsFoundAsItWas() {
        String step = build(3) + ":cat /m1";
        String look = "cat /m1/x /m2 /cache/n; id -u; id -g; echo $PWD $MODE $BASE; ls; stat -c %u:%a /cache /mem";

        assertThat(run(0, "shell", step, "--before", "--", "sh", "-c", look))
                .startsWith("conf\ntool\nkept\n7\n8\n/w odd yes\n7:755\n0:1777\n")
                .contains("WARNING: the secret s isn't kept, so there is no /run/s");
        assertThat(run(0, "shell", step, "--", "ls")).startsWith("made\n");
        assertThat(run(127, "shell", step, "--", "/none")).contains("/none");
        assertThat(run(7, "shell", step, "--", "sh", "-c", "exit 7")).startsWith("WARNING: the secret");
    }

    @Test
    void nothingThatIsWrittenStays() {
        String step = build(3) + ":cat /m1";
        run(0, "shell", step, "--", "sh", "-c", "echo more >> /cache/n && echo other > made && cat /cache/n made");

        assertThat(run(0, "shell", step, "--", "cat", "made", "/cache/n")).startsWith("made\nkept\n");
    }

    @Test
    void aCachedStepHasWhatTheOneHadThatMadeItsResult() {
        assertThat(run(0, "builds", "show", build(2))).containsPattern("cached .*RUN --mount=type=bind");

        assertThat(run(0, "shell", build(2) + ":/m1", "--", "cat", "/m1/x", "made"))
                .startsWith("conf\nmade\n");
    }

    @Test
    void aStepThatRunsNothingHasWhatItsBaseSays() {
        assertThat(run(0, "shell", build(3) + ":WORKDIR", "--before", "--", "sh", "-c", "ls -d /w; echo $BASE"))
                .startsWith("yes\n");
        assertThat(run(0, "shell", build(3) + ":WORKDIR", "--", "ls", "-d", "/w"))
                .startsWith("/w\n");
        assertThat(run(1, "shell", build(3) + ":tools 1/2", "--", "ls", "/tool"))
                .contains("No such file");
        assertThat(run(0, "shell", build(3) + ":tools 2/2", "--", "ls", "/tool"))
                .startsWith("/tool\n");
    }

    @Test
    void theFilesOfAFailedStepAreThereIfTheyWereKept() {
        assertThat(run(0, "shell", ":", "--", "cat", "/half")).startsWith("half\n");
        assertThat(run(0, "shell", ":RUN", "--failed", "--", "cat", "/half")).startsWith("half\n");
        assertThat(run(1, "shell", "::2", "--before", "--", "cat", "/half")).contains("/half");
        assertThat(run(125, "shell", build(1) + ":RUN", "--failed", "--", "ls"))
                .contains("were not kept when it had failed")
                .contains("hint: build again with --on-failure=keep");
        assertThat(run(1, "shell", build(1) + ":RUN", "--", "cat", "/half")).contains("/half");
        assertThat(run(125, "shell", ":RUN", "--after", "--", "ls")).contains("gave no files: it is failed");
    }

    @Test
    void badRequestsAreRefused() {
        assertThat(run(2, "shell", ":RUN", "--before", "--after")).contains("exclude each other");
        assertThat(run(125, "shell", "none:RUN")).contains("there is no build none");
        assertThat(run(125, "shell", ":none")).contains("has no step none");
        assertThat(run(125, "shell", build(3) + ":RUN")).contains("3 steps of build");
        assertThat(run(125, "shell", build(3) + ":cat /m1", "--failed")).contains("did not fail");
        assertThat(run(125, "shell", build(3) + ":tools 1/2", "--before")).contains("there is nothing");
    }
}
