package dev.jbuild.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.testing.Needs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What RUN steps are given, and what is kept from them. */
@CalledInProcess
class StepsIT extends EndToEnd {
    private static final String SECRET = "hunter2-is-not-to-be-found";

    @BeforeEach
    void importBase() {
        jbuild.withBusybox();
    }

    @Test
    void secretsAreSeenByTheStepAndNowhereElse() throws IOException {
        write("token", SECRET);
        write(
                "Buildfile",
                "FROM busybox\n"
                        + "RUN --mount=type=secret,id=token --mount=type=secret,id=token,env=TOKEN,target=/also"
                        + " test \"$TOKEN\" = \"$(cat /run/secrets/token)\" && test \"$(cat /also)\" = \"$TOKEN\""
                        + " && echo ${#TOKEN} > /length\n");
        String[] command = {"build", "-t", "x", "--secret", "id=token,src=token", "-o", "type=oci,dest=out.tar", "."};
        Program.Result built = jbuild.run(command).succeeded();
        assertThat(built.out() + built.err()).doesNotContain(SECRET);
        assertThat(jbuild.run("history", "--no-trunc", "x").succeeded().out()).doesNotContain(SECRET);
        assertThat(jbuild.run("run", "x", "sh", "-c", "cat /length; ls /run/secrets /also; true")
                        .out())
                .isEqualTo(SECRET.length() + "\n");
        try (Stream<Path> files = Stream.concat(Files.walk(jbuild.root()), Stream.of(work().resolve("out.tar")))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                        .as("%s", file)
                        .doesNotContain(SECRET);
            }
        }
        write("token", "another value");
        assertThat(jbuild.run(command).succeeded().err()).contains("CACHED");
    }

    @Test
    void aStepThatStallsTellsWhatItsProcessesWaitFor() {
        write("Buildfile", "FROM busybox\nRUN echo begun; sleep 4; echo done\n");
        String err = jbuild.run("build", "--progress=plain", "--stall-report=1s", "--heartbeat=2s", ".")
                .succeeded()
                .err();
        assertThat(err)
                .containsOnlyOnce("jbuild: nothing has happened for 1s: no output, no processor time")
                .containsPattern("#\\d+ [0-9.]+ jbuild: +\\d+ S sleep 4\n#\\d+ [0-9.]+ jbuild: +in \\w*nanosleep")
                .containsPattern("#\\d+ [0-9.]+ jbuild: still running\n");
        assertThat(jbuild.run("builds", "logs").succeeded().out()).contains("S sleep 4");
        assertThat(jbuild.run("build", "--heartbeat=often", ".").ended(2).err())
                .contains("--heartbeat=often is not a duration");
    }

    @Test
    void missingSecretsAndAgentsAreOptionalUnlessRequired() {
        write("Buildfile", "FROM busybox\nRUN --mount=type=secret,id=no --mount=type=ssh test ! -e /run/secrets/no\n");
        jbuild.run("build", ".").succeeded();
        write("Buildfile", "FROM busybox\nRUN --mount=type=secret,id=no,required true\n");
        assertThat(jbuild.run("build", ".").ended(1).err()).contains("secret no: not found");
        write("Buildfile", "FROM busybox\nRUN --mount=type=ssh,required true\n");
        assertThat(jbuild.run("build", ".").ended(1).err()).contains("no SSH key \"default\" forwarded");
    }

    @Test
    void agentsAreSocketsThatBelongToWhoeverIsSaid() throws Exception {
        Needs.machine(Files.isExecutable(Path.of("/usr/bin/ssh-keygen")), "OpenSSH is not installed");
        String key = work().resolve("key").toString();
        assertThat(new ProcessBuilder("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key)
                        .start()
                        .waitFor())
                .isZero();
        write(
                "Buildfile",
                "FROM busybox\nUSER 1000\n"
                        + "RUN --mount=type=ssh,uid=1000,mode=0640 test -S $SSH_AUTH_SOCK"
                        + " && stat -c '%u:%g %a' $SSH_AUTH_SOCK\n"
                        + "RUN test ! -e /run/buildkit/ssh_agent.0 && test -z \"$SSH_AUTH_SOCK\"\n");
        assertThat(jbuild.run("build", "--ssh", "default=" + key, ".")
                        .succeeded()
                        .err())
                .contains("1000:0 640");
    }

    /** Builds that run at the same time, each in a process of its own. */
    private void atOnce(String mount, String script) throws Exception {
        write("Buildfile", "FROM busybox\nARG WHO\nRUN --mount=type=cache,target=/c," + mount + " " + script + "\n");
        List<Process> builds = new ArrayList<>();
        for (String who : List.of("one", "two", "three")) {
            builds.add(jbuild.start("build", "--build-arg", "WHO=" + who, "."));
        }
        for (Process build : builds) {
            assertThat(build.waitFor(120, TimeUnit.SECONDS)).isTrue();
            assertThat(build.exitValue())
                    .as(new String(Program.all(build.getErrorStream()), StandardCharsets.UTF_8))
                    .isZero();
        }
    }

    @Test
    void lockedCachesHaveOneUserAtATimeInWhateverProcess() throws Exception {
        atOnce("sharing=locked", "mkdir /c/busy && sleep 1 && rmdir /c/busy && echo $WHO >> /c/list");
        write("Buildfile", "FROM busybox\nRUN --mount=type=cache,target=/c sort /c/list > /list\n");
        jbuild.run("build", "-t", "x", ".").succeeded();
        assertThat(jbuild.run("run", "x", "cat", "/list").out()).isEqualTo("one\nthree\ntwo\n");
    }

    @Test
    void privateCachesAreNeverSharedAtATime() throws Exception {
        atOnce("sharing=private", "mkdir /c/busy && sleep 1 && rmdir /c/busy");
    }

    @Test
    void aStepMayMountACacheTwice() {
        write(
                "Buildfile",
                "FROM busybox\nRUN --mount=type=cache,id=i,target=/a,sharing=locked"
                        + " --mount=type=cache,id=i,target=/b,sharing=locked echo x > /a/f && cat /b/f\n");
        jbuild.run("build", ".").succeeded();
    }

    @Test
    void whoTakesTooLongIsKilledWithAllItsProcesses() throws IOException {
        write("Buildfile", "FROM busybox\nRUN --timeout=500ms sleep 4711.5 & sleep 4711.5\n");
        assertThat(jbuild.run("build", ".").ended(1).err())
                .contains("sleep 4711.5\" timed out after 0.5s")
                .contains("Buildfile:2");
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path process : processes.toList()) {
                Path command = process.resolve("cmdline");
                if (Files.isReadable(command)) {
                    assertThat(Files.readString(command, StandardCharsets.ISO_8859_1))
                            .doesNotStartWith("sleep\0004711.5");
                }
            }
        }
    }

    @Test
    void failingStepsAreTriedAgainFromWhereTheyBegan() {
        write(
                "Buildfile",
                "FROM busybox\nRUN --retry=2 --mount=type=cache,target=/c"
                        + " test ! -e /left && touch /left && echo x >> /c/tries && test $(wc -l < /c/tries) = 3\n");
        assertThat(jbuild.run("build", ".").succeeded().err())
                .contains("attempt 1 of 3 failed, trying again")
                .contains("attempt 2 of 3 failed, trying again");
    }

    @Test
    void ownFlagsAreUnknownToPlainDockerfiles() {
        write("Dockerfile", "# syntax=docker/dockerfile:1\nFROM busybox\nRUN --timeout=1s true\n");
        assertThat(jbuild.run("build", ".").ended(1).err()).contains("unknown flag: --timeout");
    }

    @Test
    void whatWeakensAStepMustBeAllowed() {
        write("Buildfile", "FROM busybox\nRUN --security=insecure true\n");
        assertThat(jbuild.run("build", ".").ended(1).err())
                .contains("entitlement security.insecure is not allowed")
                .contains("Buildfile:2")
                .contains("--allow security.insecure");
        jbuild.run("build", "--allow", "security.insecure", ".").succeeded();
        write("Buildfile", "FROM busybox\nRUN --network=host true\n");
        assertThat(jbuild.run("build", ".").ended(1).err()).contains("entitlement network.host is not allowed");
        jbuild.run("build", "--allow", "network.host", ".").succeeded();
        jbuild.run("build", "--network", "host", "--no-cache", ".").succeeded();
        assertThat(jbuild.run("build", "--allow", "everything", ".").ended(2).err())
                .contains("unknown entitlement everything");
    }

    @Test
    void runObeysLimitsToo() {
        Program.Result result = jbuild.run(
                "run",
                "--ulimit",
                "nofile=77:99",
                "--shm-size",
                "2m",
                "--add-host",
                "db:10.1.2.3",
                "--dns",
                "10.9.8.7",
                "busybox",
                "sh",
                "-c",
                "ulimit -n; mount | grep /dev/shm; cat /etc/hosts /etc/resolv.conf");
        assertThat(result.succeeded().out())
                .startsWith("77\n")
                .contains("size=2048k")
                .contains("10.1.2.3\tdb\n")
                .contains("nameserver 10.9.8.7\n");
    }
}
