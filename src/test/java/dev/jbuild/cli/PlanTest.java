package dev.jbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a plan foretells comes true, and making it changes nothing. */
@Tag("kernel")
class PlanTest {
    @TempDir
    Path temp;

    @BeforeEach
    void makeContext() throws IOException {
        Path root = Files.createDirectories(temp.resolve("base/root/bin"));
        Files.copy(Path.of("/bin/busybox"), root.resolve("busybox"));
        for (String applet : List.of("sh", "cat", "echo")) {
            Files.createSymbolicLink(root.resolve(applet), Path.of("busybox"));
        }
        Files.writeString(temp.resolve("base/Buildfile"), "FROM scratch\nCOPY root /\n");
        assertThat(console().run("build", "-t", "base", "base")).isZero();
        Files.createDirectory(temp.resolve("context"));
        write("file", "one");
        write("Buildfile", """
                FROM base AS other
                RUN echo never
                FROM base
                RUN echo first > /first
                COPY file /
                RUN cat /file /first > /second
                """);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(temp.resolve("context").resolve(name), text);
    }

    private TestConsole console() {
        return new TestConsole()
                .in(temp)
                .home(Path.of("target/jbuild").toAbsolutePath())
                .env("JBUILD_ROOT", temp.resolve("store").toString());
    }

    private String plan(String... more) {
        TestConsole console = console();
        List<String> args = new ArrayList<>(List.of("plan", "context"));
        args.addAll(List.of(more));
        assertThat(console.run(args.toArray(String[]::new))).as(console.err()).isZero();
        return console.out() + console.err();
    }

    /** All files of the store with their sizes and times, but for those of the database that every reader makes. */
    private List<String> store() throws IOException {
        try (Stream<Path> all = Files.walk(temp.resolve("store"))) {
            List<String> files = new ArrayList<>();
            for (Path file : all.filter(each -> !each.toString().matches(".*-(shm|wal)"))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList()) {
                files.add(file + " " + Files.size(file) + " " + Files.getLastModifiedTime(file));
            }
            return files;
        }
    }

    @Test
    void aPlanTellsWhatTheBuildThenDoes() throws IOException {
        assertThat(plan())
                .containsPattern("PRESENT +\\[stage-1 1/4\\] FROM docker.io/library/base:latest\n")
                .containsPattern("RUN +\\[stage-1 2/4\\] RUN echo first > /first\n")
                .containsPattern("UNKNOWN +\\[stage-1 3/4\\] COPY file /\n +it waits for \\[stage-1 2/4\\]")
                .containsPattern("SKIPPED +\\[other\\] RUN echo never\n")
                .contains("3 steps: 1 would run, 2 unknown, 1 skipped\nno build before tells how long that takes\n");
        assertThat(console().run("build", "context")).isZero();
        assertThat(plan()).contains("3 steps: 3 cached, 1 skipped");

        write("file", "another");
        List<String> before = store();
        assertThat(plan())
                .containsPattern("CACHED +[0-9.]+s +[0-9.]+kB +\\[stage-1 2/4\\]")
                .containsPattern("RUN +[0-9.]+s +[0-9.]+kB +\\[stage-1 3/4\\] COPY file /\n +content of file\n")
                .containsPattern("UNKNOWN +[0-9.]+s +[0-9.]+kB +\\[stage-1 4/4\\]")
                .containsPattern("that took [0-9.]+s to [0-9.]+s before\ncritical path");
        assertThat(store()).isEqualTo(before);
        TestConsole build = console();
        assertThat(build.run("build", "--progress=plain", "context")).isZero();
        assertThat(build.err()).contains("3 steps: 2 run, 1 cached, 1 skipped");
    }

    @Test
    void whatIsNotHereIsNotGot() throws IOException {
        write("Buildfile", "FROM nowhere.invalid/base:1\nADD https://nowhere.invalid/file /\nRUN true\n");

        assertThat(plan("--pull"))
                .containsPattern("FETCH +\\[1/3\\] FROM nowhere.invalid/base:1\n +it isn't in the store\n")
                .containsPattern("FETCH +\\[internal\\] load https://nowhere.invalid/file\n")
                .contains("2 steps: 2 unknown\n")
                .contains("registries weren't asked for newer images");
    }

    private void fails(int status, String message, String... args) {
        TestConsole console = console();
        assertThat(console.run(args)).isEqualTo(status);
        assertThat(console.err()).contains(message);
    }

    @Test
    void whatWouldFailTheBuildBeforeItsFirstStepFailsThePlan() throws IOException {
        fails(1, "a plan gets nothing from other machines", "plan", "https://nowhere.invalid/context.tar");
        fails(2, "known are text, json and dot", "plan", "--format=xml", "context");
        write("Buildfile", "FROM base\nCOPY missing /\n");
        fails(1, ">>> COPY missing /", "plan", "context");
        write("Buildfile", "FROM base\nRUN --network=host true\n");
        fails(1, "entitlement network.host is not allowed", "plan", "context");
    }
}
