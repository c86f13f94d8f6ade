package dev.jbuild.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each bad input gives one clear sentence, the right exit code and an intact store. */
@CalledInProcess
class FailuresIT extends EndToEnd {
    @BeforeEach
    void importBase() {
        jbuild.withBusybox();
    }

    private Program.Result fails(int status, String... args) {
        Program.Result result = jbuild.run(args);
        assertThat(result.err().lines().filter(line -> line.startsWith("ERROR: ")))
                .as(result.err())
                .hasSize(1);
        assertThat(result.err()).doesNotContain("\tat ").doesNotContain("Exception");
        assertThat(result.status()).as(result.err()).isEqualTo(status);
        jbuild.run("run", "busybox", "true").succeeded();
        return result;
    }

    @Test
    void aMissingBuildfile() {
        assertThat(fails(1, "build", ".").err()).contains("no Buildfile, Dockerfile or Containerfile");
        assertThat(fails(1, "build", "-f", "x", ".").err()).contains("there is no Buildfile x");
        assertThat(fails(1, "build", "nowhere").err()).contains("does not exist");
    }

    @Test
    void anUnknownInstruction() {
        write("Buildfile", "FROM busybox\nRUM true\n");
        assertThat(fails(1, "build", ".").err())
                .contains("Buildfile:2\n--------------------\n   1 |     FROM busybox\n   2 | >>> RUM true\n")
                .contains("ERROR: ")
                .contains("RUN");
    }

    @Test
    void aCopyOfWhatIsNotThere() {
        write("Buildfile", "FROM busybox\nCOPY missing /\n");
        assertThat(fails(1, "build", ".").err()).contains(">>> COPY missing /").contains("missing");
        write("ignored", "x");
        write(".dockerignore", "ignored\n");
        write("Buildfile", "FROM busybox\nCOPY ignored /\n");
        assertThat(fails(1, "build", ".").err())
                .contains(">>> COPY ignored /")
                .contains("[internal] .dockerignore left out 1 of the files and directories looked at");
    }

    @Test
    void aStepThatFails() {
        write("Buildfile", "FROM busybox\nRUN echo before && exit 3\nRUN echo after\n");
        Program.Result result = fails(1, "build", ".");
        assertThat(result.err())
                .contains("#")
                .containsPattern(
                        "#\\d+ ERROR: process \"/bin/sh -c echo before && exit 3\" did not complete successfully:"
                                + " exit code: 3")
                .containsPattern("------\n > \\[2/3\\] RUN echo before && exit 3:\n[0-9.]+ before\n------\n")
                .contains("   2 | >>> RUN echo before && exit 3\n")
                .contains(
                        "ERROR: process \"/bin/sh -c echo before && exit 3\" did not complete successfully: exit code: 3")
                .doesNotContain("echo after\n#");
    }

    @Test
    @Timeout(120)
    void aShellOpensInTheFilesOfAStepThatFailed() throws Exception {
        write("Buildfile", "FROM busybox\nENV MODE=odd\nWORKDIR /w\nRUN echo new > made && false\n");

        Program.Shown shown = jbuild.typing(
                "/w # ", "cat made; echo mode=$MODE; exit", "build --progress plain --on-failure shell .");

        assertThat(shown.text())
                .contains("A shell in its files")
                .contains("new\r\nmode=odd\r\n")
                .contains("ERROR: process \"/bin/sh -c echo new > made && false\"")
                .doesNotContain("no shell could be opened");
        assertThat(shown.status()).isEqualTo(1);
    }

    @Test
    void anUnknownBase() {
        write("Buildfile", "FROM no-such-registry.invalid/image\n");
        assertThat(fails(1, "build", ".").err()).contains("no-such-registry.invalid");
    }

    @Test
    void aRegistryThatIsDown() {
        assertThat(fails(1, "pull", "127.0.0.1:1/x").err()).contains("127.0.0.1:1");
        jbuild.run("tag", "busybox", "127.0.0.1:1/x").succeeded();
        assertThat(fails(1, "push", "127.0.0.1:1/x").err()).contains("127.0.0.1:1");
    }

    @Test
    void whatIsNotCarriedOutYetIsRefused() {
        write("Buildfile", "FROM busybox\nRUN true\n");
        assertThat(fails(2, "build", "--policy=a.rego", ".").err()).contains("--policy");
    }

    @Test
    void anImageThatIsNotThere() {
        assertThat(fails(1, "inspect", "nothing").err()).contains("nothing");
        assertThat(fails(1, "tag", "nothing", "x").err()).contains("nothing");
        assertThat(fails(1, "save", "-o", "x.tar", "nothing").err()).contains("nothing");
        assertThat(fails(1, "load", "-i", "nothing.tar").err()).contains("nothing.tar");
    }

    @Test
    void anArchiveThatIsNone() {
        write("garbage.tar", "this is no tar");
        fails(1, "load", "-i", "garbage.tar");
        fails(1, "import", "garbage.tar", "x");
    }

    @Test
    void aStoreThatCantBeWritten() {
        write("file", "x");
        fails(125, "--root", work().resolve("file").resolve("root").toString(), "images");
    }

    @Test
    void aFullDisk() {
        Path disk = work().resolve("disk");
        Program.shell("mkdir '%1$s' && mount -t tmpfs -o size=24m none '%1$s'".formatted(disk));
        try {
            Program full = new Program(disk.resolve("root"), work()).withBusybox();
            write("Buildfile", "FROM busybox\nRUN dd if=/dev/zero of=/x bs=1M count=64\n");
            Program.Result step = full.run("build", ".").ended(1);
            assertThat(step.err()).contains("dd: ").contains(" did not complete successfully: exit code: 1\n");
            Program.shell("head -c 67108864 /dev/zero > '" + work() + "/big'");
            write("Buildfile", "FROM busybox\nCOPY big /\n");
            assertThat(full.run("build", ".").ended(125).err())
                    .contains(">>> COPY big /")
                    .contains("No space left on device");
            full.run("run", "busybox", "true").succeeded();
        } finally {
            Program.shell("umount '" + disk + "'");
        }
    }
}
