package dev.jbuild.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.testing.Needs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What steps reach by a private network, on a machine made for the test. */
class PrivateNetworkIT extends EndToEnd {
    private static final String[] ELSEWHERE = {
        "http", "192.168.77.2", "80", "elsewhere", "dns", "192.168.77.2", "10.9.8.7"
    };
    private static final String[] LOOPBACK = {
        "http", "127.0.0.1", "81", "loopback", "http", "::1", "81", "loopback", "dns", "127.0.0.1", "10.6.5.4"
    };
    /** Not at its end until there is an answer: pasta of 2023 forgets connections of which one direction has ended. */
    private static final String ASK = "(echo; sleep 1) | nc -w 5";

    private static final String WARNING = "the host's network is used, as there can be no private one";

    private TestWorld world;

    @BeforeEach
    void makeMachine() throws IOException {
        Needs.machine(installed("pasta"), "pasta is not installed");
        Needs.machine(installed("slirp4netns"), "slirp4netns is not installed");
        jbuild.withBusybox();
        world = new TestWorld();
        jbuild.within(world.machine(work()));
    }

    private static boolean installed(String program) {
        return Program.shell("command -v " + program + " || true").length > 0;
    }

    @AfterEach
    void nothingRunsOn() throws Exception {
        Instant end = Instant.now().plus(Duration.ofSeconds(2));
        while (processes().contains(jbuild.root() + "/run/net") && Instant.now().isBefore(end)) {
            Thread.sleep(10);
        }
        assertThat(processes()).doesNotContain(jbuild.root() + "/run/net");
        world.close();
    }

    private static String processes() {
        return new String(Program.shell("cat /proc/[0-9]*/cmdline 2>/dev/null || true"), StandardCharsets.UTF_8);
    }

    private Program.Result build(String run, String... flags) {
        write("Buildfile", "FROM busybox\nRUN " + run + "\n");
        String[] args = new String[flags.length + 3];
        args[0] = "build";
        args[1] = "--progress=plain";
        System.arraycopy(flags, 0, args, 2, flags.length);
        args[args.length - 1] = ".";
        return jbuild.run(args);
    }

    @ParameterizedTest
    @ValueSource(strings = {"slirp4netns", "pasta"})
    void connectionsLeadOutButNotToThisMachinesLoopback(String absent) throws IOException {
        world.connected().routed().without(absent).servingElsewhere(ELSEWHERE).serving(LOOPBACK);
        Program.Result built = build(ASK + " 192.168.77.2 80; ip addr show eth0;"
                        + " for a in 127.0.0.1 ::1 10.0.2.2 10.0.2.3 10.0.2.100; do"
                        + " ! echo | nc -w 1 $a 81 || exit 1; done")
                .succeeded();
        assertThat(built.err())
                .contains("elsewhere")
                .contains("10.0.2.100/24")
                .doesNotContain("loopback")
                .doesNotContain(WARNING);
        assertThat(jbuild.run("run", "--rm", "busybox", "sh", "-c", ASK + " 192.168.77.2 80")
                        .succeeded()
                        .out())
                .endsWith("elsewhere");
    }

    @ParameterizedTest
    @ValueSource(strings = {"slirp4netns", "pasta"})
    void nameServersOnLoopbackAreAsked(String absent) throws IOException {
        world.connected()
                .routed()
                .without(absent)
                .withNameServer("127.0.0.1", temp.resolve("resolv.conf"))
                .serving(LOOPBACK);
        assertThat(build("cat /etc/resolv.conf; nslookup -type=a name.test")
                        .succeeded()
                        .err())
                .contains("nameserver 10.0.2.3")
                .contains("10.6.5.4");
    }

    @Test
    void nameServersElsewhereAreAsked() throws IOException {
        world.connected()
                .routed()
                .withNameServer("192.168.77.2", temp.resolve("resolv.conf"))
                .servingElsewhere(ELSEWHERE);
        assertThat(build("nslookup -type=a name.test").succeeded().err()).contains("10.9.8.7");
        world.withNameServer("192.168.77.99", temp.resolve("another"));
        assertThat(build("nslookup -type=a another.test", "--dns", "192.168.77.2")
                        .succeeded()
                        .err())
                .contains("10.9.8.7");
    }

    @Test
    void hostsCanBeAdded() throws IOException {
        world.connected().routed().servingElsewhere(ELSEWHERE).serving("http", "192.168.77.1", "82", "this machine");
        assertThat(build(
                                "wget -q -O - http://server/; wget -q -O - http://me:82/",
                                "--add-host=server:192.168.77.2",
                                "--add-host=me:host-gateway")
                        .succeeded()
                        .err())
                .contains("elsewhere")
                .contains("this machine");
    }

    @Test
    void stepsDoNotReachEachOther() {
        world.connected().routed();
        write(
                "Buildfile",
                "FROM busybox AS a\nRUN nc -l -p 5000 -e echo reached & for i in 1 2 3 4 5 6; do"
                        + " nc -w 1 10.0.2.100 5000 > /reached && break; sleep 0.1; done; cat /reached; sleep 2\n"
                        + "FROM busybox AS b\nRUN sleep 1; ! nc -w 1 10.0.2.100 5000; ! nc -w 1 192.168.77.1 5000\n"
                        + "FROM busybox\nCOPY --from=a /reached /\nCOPY --from=b /bin/busybox /b\n");
        String said = jbuild.run("build", "--progress=plain", ".").succeeded().err();
        assertThat(said.split(" reached\n", -1)).as(said).hasSize(2);
    }

    @Test
    void withoutHelpersTheHostsNetworkIsUsed() throws IOException {
        world.connected()
                .routed()
                .without("pasta")
                .without("slirp4netns")
                .withoutBridges()
                .serving(LOOPBACK);
        assertThat(build(ASK + " 127.0.0.1 81").succeeded().err())
                .contains("loopback")
                .contains(WARNING + ": neither pasta");
        assertThat(build("true again", "--network=private").ended(125).err())
                .contains("there can be no private network")
                .contains("install pasta");
        assertThat(jbuild.run("run", "busybox", "true").succeeded().err()).contains("WARNING: " + WARNING);
        assertThat(jbuild.run("run", "--network=none", "busybox", "true")
                        .succeeded()
                        .err())
                .isEmpty();
    }

    @Test
    void theCacheDoesNotKnowWhichKindTheDefaultWas() {
        world.connected().routed();
        build("echo x > /x").succeeded();
        world.without("pasta").without("slirp4netns").withoutBridges();
        assertThat(build("echo x > /x").succeeded().err()).contains("CACHED").doesNotContain(WARNING);
        assertThat(build("echo x > /x", "--network=private").succeeded().err()).contains("CACHED");
        assertThat(build("echo x > /x", "--network=none").succeeded().err())
                .doesNotContain("RUN echo x > /x\n#3 CACHED");
    }

    @Test
    void aMachineWithoutADefaultRouteReachesItsNeighbours() throws IOException {
        world.connected().without("slirp4netns").servingElsewhere(ELSEWHERE);
        assertThat(build(ASK + " 192.168.77.2 80").succeeded().err())
                .contains("elsewhere")
                .doesNotContain(WARNING);
    }

    @Test
    void aMachineWithoutNeighboursBuildsToo() {
        assertThat(build("ip addr show eth0").succeeded().err())
                .contains("10.0.2.100")
                .doesNotContain(WARNING);
        world.without("slirp4netns").withoutBridges();
        assertThat(build("! ip addr show eth0").succeeded().err())
                .contains(WARNING + ": pasta: External interface not usable");
    }

    @Test
    void deathOfTheProgramEndsItAll() throws Exception {
        world.connected().routed();
        write("Buildfile", "FROM busybox\nRUN echo begun; sleep 100\n");
        Process process = jbuild.start("build", "--progress=plain", ".");
        try (var err = process.errorReader()) {
            String line = err.readLine();
            while (line != null && !line.endsWith(" begun")) {
                line = err.readLine();
            }
            assertThat(line).isNotNull();
        }
        assertThat(processes()).contains(jbuild.root() + "/run/net");
        process.destroyForcibly().waitFor();
    }
}
