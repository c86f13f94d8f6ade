package dev.jbuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.testing.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Private networks, joined to nothing by helpers that are scripts. */
@Tag("kernel")
@Timeout(60)
class NetworksTest {
    private static final Confinement ADMINISTRATOR = new Confinement(
            false,
            new Capabilities(-1),
            false,
            Limits.NONE,
            List.of(),
            OptionalLong.empty(),
            Optional.empty(),
            Optional.empty());
    /** Its last argument is the interface for slirp4netns and the namespace for pasta. */
    private static final String JOIN = "exec nsenter --net=\"$net\" sh -c"
            + " 'ip link add name eth0 type veth peer name peer0 && ip link set peer0 up && ip link set eth0 up && ip addr add 10.0.2.100/24 dev eth0"
            + " && ip route add default via 10.0.2.2; exec sleep 1000'\n";

    @TempDir
    Path base;

    private TestContainer container;
    private Path bin;

    @BeforeEach
    void makeContainer() throws IOException {
        Needs.machine(Files.isExecutable(Path.of("/usr/bin/nsenter")), "nsenter(1) is not installed");
        container = new TestContainer(Files.createDirectory(base.resolve("c")));
        container.network = NetworkMode.PRIVATE;
        bin = Files.createDirectory(base.resolve("bin"));
        container.searchPath = bin.toString();
    }

    private void helper(String name, String script) throws IOException {
        Path file = bin.resolve(name);
        Files.writeString(file, "#!/bin/sh\nfor net; do :; done\necho x >> " + base.resolve("starts") + "\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** How often a helper was started. */
    private int starts() throws IOException {
        Path starts = base.resolve("starts");
        return Files.exists(starts) ? Files.readAllLines(starts).size() : 0;
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        Instant end = Instant.now().plus(Duration.ofSeconds(2));
        while (!helpers().isEmpty() && Instant.now().isBefore(end)) {
            Thread.sleep(10);
        }
        assertThat(helpers()).isEmpty();
        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(base.toString());
    }

    /** Command lines of holders and helpers. */
    private List<String> helpers() {
        List<String> lines = new ArrayList<>();
        ProcessHandle.allProcesses().forEach(process -> {
            String line = SandboxLifecycleTest.commandLine(process.pid());
            if (line.contains(container.scratch() + "/net")) {
                lines.add(line);
            }
        });
        return lines;
    }

    @Test
    void itIsWhatTheHelperMakesOfIt() throws Exception {
        helper("pasta", JOIN);
        String seen = container.shell("ip addr show eth0; ip addr show lo; ip route; readlink /proc/self/ns/net");
        assertThat(seen).contains("10.0.2.100/24").contains("127.0.0.1/8").contains("default via 10.0.2.2");
        assertThat(seen)
                .doesNotContain(
                        Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString());
        assertThat(container.shell("ls /sys/class/net")).isEqualTo("eth0\nlo\npeer0\n");
        assertThat(container.notices).isEmpty();
    }

    @Test
    void oneServesProcessesThatFollowEachOther() throws Exception {
        helper("pasta", JOIN);
        String script = "readlink /proc/self/ns/net";
        List<String> seen = container.shells(script, script, script);
        assertThat(seen).hasSize(3).containsOnly(seen.get(0));
        assertThat(starts()).isEqualTo(1);
    }

    @Test
    void whoCouldChangeItHasItAlone() throws Exception {
        helper("pasta", JOIN);
        container.confinement = ADMINISTRATOR;
        List<String> seen = container.shells("ip addr add 10.9.9.9/24 dev eth0", "ip addr show eth0");
        assertThat(seen.get(1)).contains("10.0.2.100").doesNotContain("10.9.9.9");
        assertThat(starts()).isEqualTo(2);
    }

    @Test
    void whatHasLostItsHelperIsNotUsedAgain() throws Exception {
        helper("pasta", JOIN.replace("exec sleep 1000", "exec sleep 0.3"));
        String seen = container.shells("true", "sleep 1", "ip addr show eth0").get(2);
        assertThat(seen).contains("10.0.2.100");
        assertThat(starts()).isGreaterThan(1);
    }

    @Test
    void anotherHelperIsTriedWhenOneFails() throws Exception {
        helper("pasta", "echo 'no log' >&2; echo 'no interface' >&2; exit 1\n");
        helper("slirp4netns", "for arg; do case $arg in */net) net=$arg ;; esac; done\n" + JOIN);
        assertThat(container.shell("ip addr show eth0")).contains("10.0.2.100");
        assertThat(starts()).isEqualTo(2);
    }

    @Test
    void withoutHelpersTheDefaultIsTheHostsWithANotice() throws Exception {
        container.network = NetworkMode.DEFAULT;
        String own = Files.readSymbolicLink(Path.of("/proc/self/ns/net")) + "\n";
        String script = "readlink /proc/self/ns/net";
        assertThat(container.shells(script, script)).containsOnly(own);
        assertThat(container.notices)
                .containsExactly("the host's network is used, as there can be no private one:"
                        + " neither pasta (Debian package passt) nor slirp4netns is installed");
    }

    @Test
    void whatHelpersSaidLastIsTheReason() throws Exception {
        helper("pasta", "echo 'no log' >&2; echo 'no interface' >&2; exit 1\n");
        assertThatThrownBy(() -> container.shell("true"))
                .isInstanceOf(EnvironmentError.class)
                .hasMessage("there can be no private network: pasta: no interface");
        container.network = NetworkMode.DEFAULT;
        container.shell("true");
        assertThat(container.notices)
                .containsExactly("the host's network is used, as there can be no private one: pasta: no interface");
    }

    @Test
    void aNetworkThatIsNotExpectedAnyMoreIsLeftAtOnce() throws Exception {
        helper("pasta", JOIN);
        try (NativeSandbox sandbox =
                new NativeSandbox(TestContainer.program(), container.scratch(), bin.toString(), Optional.empty())) {
            sandbox.expectNetwork(NetworkMode.PRIVATE);
        }
        assertThat(helpers()).isEmpty();
        assertThat(starts()).isEqualTo(1);
    }

    @Test
    void deathOfTheJvmEndsIt() throws Exception {
        helper("pasta", JOIN);
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djbuild.dist=" + System.getProperty("jbuild.dist", "target/jbuild"),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Victim.class.getName(),
                        container.scratch().toString(),
                        bin.toString())
                .start();
        assertThat(jvm.getInputStream().read()).isEqualTo('x');
        assertThat(helpers()).isNotEmpty();
        jvm.destroyForcibly().waitFor();
    }

    /** Waits for a private network, says so, and waits to be killed. */
    static final class Victim {
        public static void main(String[] args) throws Exception {
            Networks networks = new Networks(TestContainer.program(), Path.of(args[0]), args[1]);
            networks.enter(NetworkMode.PRIVATE, true, null);
            System.out.write('x');
            System.out.flush();
            Thread.sleep(100_000);
        }
    }
}
