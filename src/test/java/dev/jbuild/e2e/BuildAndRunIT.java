package dev.jbuild.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BuildAndRunIT extends EndToEnd {
    @BeforeEach
    void importBase() {
        jbuild.withBusybox();
    }

    @Test
    void theExampleBuildsAndRuns() throws IOException {
        Path example = Path.of("Buildfile.example").toAbsolutePath();
        write("etc.txt", "nobody:x:65534:65534:nobody:/:/bin/false\nnogroup:x:65534:\n");
        write(
                "Buildfile.base",
                "FROM busybox\nCOPY etc.txt /tmp/\nRUN grep nobody /tmp/etc.txt >> /etc/passwd\n"
                        + "RUN grep nogroup /tmp/etc.txt >> /etc/group\n");
        jbuild.run("build", "-f", "Buildfile.base", "-t", "base", ".").succeeded();
        jbuild.run("build", "-f", example.toString(), "--build-arg", "BASE=base", "-t", "example", ".")
                .succeeded();
        Program.Result result = jbuild.run("run", "--rm", "example").succeeded();
        assertThat(result.out())
                .contains("Hello from a container made of layers, built by jbuild.")
                .contains("I am nobody on Linux, process 1, and I greet the world.");
    }

    @Test
    void theSecondBuildExecutesNothing() {
        write("a.txt", "a");
        write("Buildfile", "FROM busybox\nCOPY a.txt /\nRUN date +%N > /time\nENV A=b\n");
        Program.Result first = jbuild.run("build", "-t", "x", ".").succeeded();
        assertThat(first.err()).contains("RUN date +%N > /time\n").doesNotContain("CACHED");
        Program.Result second = jbuild.run("build", "-t", "y", ".").succeeded();
        assertThat(second.err())
                .containsPattern("#\\d+ \\[2/3\\] COPY a.txt /\n#\\d+ CACHED\n")
                .containsPattern("#\\d+ \\[3/3\\] RUN date \\+%N > /time\n#\\d+ CACHED\n");
        assertThat(jbuild.run("run", "x", "cat", "/time").succeeded().out())
                .isEqualTo(jbuild.run("run", "y", "cat", "/time").succeeded().out());
    }

    @Test
    void nothingIsLoadedThatABuildDoesWithout() throws IOException {
        write("a.txt", "a");
        write("Buildfile", "FROM busybox\nCOPY a.txt /\nRUN date +%N > /time\n");
        Path loaded = temp.resolve("loaded");
        jbuild.env("JBUILD_OPTS", "-Xlog:class+load:file=" + loaded);
        jbuild.run("build", "-t", "x", ".").succeeded();
        // Calls of Linux are made by the library that lies in the distribution folder.
        assertThat(Files.readString(loaded))
                .contains("dev.jbuild.sys.JniSyscalls")
                .doesNotContain("jnr.ffi");
        jbuild.run("build", "-t", "x", ".").succeeded();
        assertThat(Files.readString(loaded))
                .contains("dev.jbuild.engine.Build")
                .doesNotContain("dev.jbuild.sys.JniSyscalls");
    }

    @Test
    void aChangedFileRunsOnlyWhatDependsOnIt() {
        write("a.txt", "a");
        write("b.txt", "b");
        write("Buildfile", "FROM busybox\nCOPY a.txt /\nRUN cat a.txt\nCOPY b.txt /\nRUN cat b.txt\n");
        jbuild.run("build", "-q", ".").succeeded();
        write("b.txt", "changed");
        assertThat(jbuild.run("build", ".").succeeded().err())
                .containsPattern("RUN cat a.txt\n#\\d+ CACHED")
                .containsPattern("RUN cat b.txt\n#\\d+ [0-9.]+ changed");
    }

    @Test
    void quietPrintsOnlyTheId() throws IOException {
        write("Buildfile", "FROM scratch\nLABEL a=b\n");
        Program.Result result = jbuild.run(
                        "build", "-q", "--iidfile", "id", "--metadata-file", "meta.json", "-t", "x", ".")
                .succeeded();
        assertThat(result.out()).matches("sha256:[0-9a-f]{64}\n");
        assertThat(result.err()).isEmpty();
        assertThat(Files.readString(work().resolve("id")))
                .isEqualTo(result.out().strip());
        assertThat(Files.readString(work().resolve("meta.json")))
                .contains("\"containerimage.config.digest\" : \"" + result.out().strip())
                .contains("\"containerimage.digest\" : \"sha256:")
                .contains("\"image.name\" : \"docker.io/library/x:latest\"");
        assertThat(jbuild.run("images", "-q", "--no-trunc").succeeded().out()).contains(result.out());
        assertThat(jbuild.run("inspect", "-f", "{{.Id}} {{json .Config.Labels}}", "x")
                        .succeeded()
                        .out())
                .isEqualTo(result.out().strip() + " {\"a\":\"b\"}\n");
    }

    @Test
    void runPassesStatusInputEnvironmentAndUser() {
        assertThat(jbuild.run("run", "--rm", "busybox", "sh", "-c", "exit 7").status())
                .isEqualTo(7);
        assertThat(jbuild.run("run", "busybox", "/no/such").status()).isEqualTo(127);
        assertThat(jbuild.run("run", "busybox", "/etc/passwd").status()).isEqualTo(126);
        assertThat(jbuild.run("run", "no-such-image-anywhere.invalid/x", "true").status())
                .isEqualTo(125);
        assertThat(jbuild.run("in\n".getBytes(StandardCharsets.UTF_8), "run", "-i", "busybox", "cat")
                        .succeeded()
                        .out())
                .isEqualTo("in\n");
        assertThat(jbuild.run(
                                "run",
                                "-e",
                                "A=b c",
                                "-w",
                                "/tmp",
                                "-u",
                                "5:6",
                                "busybox",
                                "sh",
                                "-c",
                                "echo $A; pwd; id")
                        .succeeded()
                        .out())
                .isEqualTo("b c\n/tmp\nuid=5 gid=6 groups=6\n");
        Program.Result both = jbuild.run("run", "busybox", "sh", "-c", "echo out; echo err >&2")
                .succeeded();
        assertThat(both.out()).isEqualTo("out\n");
        assertThat(both.err()).isEqualTo("err\n");
    }

    @Test
    void whatARunWritesIsDropped() {
        jbuild.run("run", "busybox", "touch", "/new").succeeded();
        assertThat(jbuild.run("run", "busybox", "ls", "/").succeeded().out()).doesNotContain("new");
    }

    @Test
    void twoBuildsAtOnceShareAStore() throws Exception {
        write("Buildfile", "FROM busybox\nARG N\nRUN echo $N > /n\n");
        Process first = jbuild.start("build", "-q", "--build-arg", "N=1", "-t", "one", ".");
        Program.Result second = jbuild.run("build", "-q", "--build-arg", "N=2", "-t", "two", ".");
        first.getInputStream().readAllBytes();
        assertThat(first.waitFor()).isZero();
        second.succeeded();
        assertThat(jbuild.run("run", "one", "cat", "/n").succeeded().out()).isEqualTo("1\n");
        assertThat(jbuild.run("run", "two", "cat", "/n").succeeded().out()).isEqualTo("2\n");
    }

    @Test
    void namesOfFilesThatAreNotUtf8Survive() {
        write("Buildfile", "FROM busybox\nRUN touch \"$(printf 'a\\377b')\"\nRUN printf %s /a*b | od -c | grep 377\n");
        jbuild.run("build", "-t", "x", ".").succeeded();
    }

    @Test
    void imagesAndHistoryAreListed() {
        write("Buildfile", "FROM busybox\nRUN echo hi > /hi\nCMD [\"cat\", \"/hi\"]\n");
        jbuild.run("build", "-q", "-t", "localhost:5000/x:1", ".").succeeded();
        assertThat(jbuild.run("images").succeeded().out())
                .containsPattern("REPOSITORY +TAG +IMAGE ID +CREATED +SIZE\n")
                .containsPattern("localhost:5000/x +1 +[0-9a-f]{12} +.* ago +[0-9.]+[kMG]?B\n");
        assertThat(jbuild.run("history", "localhost:5000/x:1").succeeded().out())
                .containsPattern("CMD \\[\"cat\" \"/hi\"\\] +0B +buildkit.dockerfile.v0")
                .containsPattern("RUN /bin/sh -c echo hi > /hi # buildkit +[0-9.]+kB");
        jbuild.run("tag", "localhost:5000/x:1", "y").succeeded();
        assertThat(jbuild.run("rmi", "y").succeeded().out()).isEqualTo("Untagged: y:latest\n");
        assertThat(jbuild.run("rmi", "localhost:5000/x:1").succeeded().out()).contains("Deleted: sha256:");
        jbuild.run("rmi", "y").ended(1);
        jbuild.run("rmi", "-f", "y").succeeded();
        jbuild.run("prune", "--all", "--force").succeeded();
        assertThat(jbuild.run("images", "-q").succeeded().out().lines()).hasSize(1);
    }

    @Test
    void nothingIsExecutedFromTheTemporaryDirectory() {
        Path temporary = work().resolve("noexec");
        Program.shell("mkdir '%1$s' && mount -t tmpfs -o noexec none '%1$s'".formatted(temporary));
        try {
            jbuild.env("JBUILD_OPTS", "-Djava.io.tmpdir=" + temporary).env("TMPDIR", temporary.toString());
            jbuild.withBusybox();
            write("Buildfile", "FROM busybox\nRUN touch /x\nCOPY Buildfile /\n");
            jbuild.run("build", "-o", "type=oci,dest=image.tar,compression=zstd", ".")
                    .succeeded();
        } finally {
            Program.shell("umount '" + temporary + "'");
        }
    }

    @Test
    void whatLayersHoldAndWasteIsTold() {
        write("Buildfile", "FROM busybox\nRUN head -c 3000 /dev/zero > /x\nRUN rm /x && echo y > /tmp/y\n");
        jbuild.run("build", "-q", "-t", "layered", ".").succeeded();
        String told = jbuild.run("inspect", "--layers", "--tree", "layered")
                .succeeded()
                .out();
        assertThat(told)
                .containsPattern("\n[│ ]   └── -rw-r--r-- 0:0 2B \\[2] y\n")
                .containsPattern("\n1 +[0-9a-f]{12} .* 3kB +RUN /bin/sh -c head -c 3000")
                .containsPattern("\n3kB +1 +/x\n");
        assertThat(jbuild.run("inspect", "--layers", "--format", "json", "layered")
                        .succeeded()
                        .out())
                .contains("\"WastedPaths\":[{\"Path\":\"/x\",\"Times\":1,\"Bytes\":3000}]");
    }
}
