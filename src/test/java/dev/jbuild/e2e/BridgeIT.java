package dev.jbuild.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.testing.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What steps and containers reach by a bridge, on a machine made for the test, and what that leaves on the machine. */
class BridgeIT extends EndToEnd {
    private static final String[] ELSEWHERE = {"http", "192.168.77.2", "80", "elsewhere"};
    private static final String ASK = "(echo; sleep 1) | nc -w 5";
    private static final String ADDRESSES = "10.213.";

    private TestWorld world;

    /** What joins networks to bridges; the other one is not there. */
    enum By {
        NETAVARK,
        CNI
    }

    @BeforeEach
    void makeMachine() throws IOException {
        Needs.machine(Files.isExecutable(Path.of("/usr/lib/podman/netavark")), "netavark is not installed");
        Needs.machine(Files.isExecutable(Path.of("/usr/lib/cni/firewall")), "the plugins of CNI are not installed");
        jbuild.withBusybox();
        world = new TestWorld();
        jbuild.within(world.machine(work()));
        world.connected();
    }

    @AfterEach
    void nothingIsLeftOnTheMachine() throws Exception {
        try {
            Instant end = Instant.now().plus(Duration.ofSeconds(20));
            while (!left().isEmpty() && Instant.now().isBefore(end)) {
                Thread.sleep(20);
            }
            assertThat(left()).isEmpty();
        } finally {
            world.close();
        }
    }

    /** Bridges, and rules of the firewall with their addresses; CNI keeps a few rules for each name of a bridge. */
    private String left() {
        return world.said("ip -o link show type bridge; (iptables-save 2> /dev/null || true) | grep -F " + ADDRESSES
                + " || true");
    }

    private void by(By by) {
        if (by == By.CNI) {
            world.withoutNetavark();
        } else {
            world.withoutCni();
        }
    }

    private Program.Result build(String run, String network) {
        write("Buildfile", "FROM busybox\nRUN " + run + "\n");
        return jbuild.run("build", "--progress=plain", "--network=" + network, ".");
    }

    @ParameterizedTest
    @EnumSource
    void stepsReachOthersAndTheMachineButNotItsLoopback(By by) throws IOException {
        by(by);
        world.servingElsewhere(ELSEWHERE)
                .serving("http", "192.168.77.1", "82", "this machine", "http", "127.0.0.1", "81", "loopback");
        String said = build(
                        ASK + " 192.168.77.2 80; ip addr show eth0; wget -q -O - http://192.168.77.1:82/;"
                                + " ! echo | nc -w 1 127.0.0.1 81; ! echo | nc -w 1 10.213.0.1 81",
                        "bridge")
                .succeeded()
                .err();
        assertThat(said)
                .contains("elsewhere")
                .contains("10.213.0.2/24")
                .contains("this machine")
                .doesNotContain("loopback");
    }

    @ParameterizedTest
    @EnumSource
    void aMachineThatDropsWhatItForwardsLetsStepsThrough(By by) throws IOException {
        by(by);
        world.said("iptables -P FORWARD DROP");
        world.servingElsewhere(ELSEWHERE);
        assertThat(build(ASK + " 192.168.77.2 80", "bridge").succeeded().err()).contains("elsewhere");
    }

    @ParameterizedTest
    @EnumSource
    void stepsDoNotReachEachOther(By by) {
        by(by);
        String listen = "RUN nc -l -p 5000 -e echo reached & sleep 4\n";
        String ask = "RUN sleep 1; me=$(ip -4 -o addr show eth0 | sed 's/.* 10.213.\\([01]\\).*/\\1/');"
                + " echo \"I am $me\"; ! nc -w 1 10.213.$((1-me)).2 5000\n";
        write(
                "Buildfile",
                "FROM busybox AS a\n" + listen + "FROM busybox AS b\n" + ask
                        + "FROM busybox\nCOPY --from=a /bin/busybox /a\nCOPY --from=b /bin/busybox /b\n");
        String said = jbuild.run("build", "--progress=plain", "--network=bridge", ".")
                .succeeded()
                .err();
        assertThat(said).containsPattern("I am [01]\n").doesNotContain(" reached\n");
    }

    @ParameterizedTest
    @EnumSource
    void aContainerInTheBackgroundHasOneUntilItEnds(By by) throws IOException {
        by(by);
        world.servingElsewhere(ELSEWHERE);
        jbuild.run("run", "-d", "--name=box", "--network=bridge", "busybox", "sleep", "1000")
                .succeeded();
        assertThat(left()).contains("jbuild");
        assertThat(jbuild.run("exec", "box", "sh", "-c", ASK + " 192.168.77.2 80")
                        .succeeded()
                        .out())
                .endsWith("elsewhere");
        jbuild.run("rm", "-f", "box").succeeded();
    }

    @Test
    void itIsTheDefaultWhereNothingElseLeadsOut() throws IOException {
        world.without("pasta").without("slirp4netns").servingElsewhere(ELSEWHERE);
        assertThat(build(ASK + " 192.168.77.2 80; ip addr show eth0", "default")
                        .succeeded()
                        .err())
                .contains("elsewhere")
                .contains("10.213.0.2/24")
                .doesNotContain("the host's network");
    }

    @Test
    void theCacheDoesNotKnowIt() {
        build("echo x > /x", "bridge").succeeded();
        assertThat(build("echo x > /x", "default").succeeded().err()).contains("CACHED");
    }

    @Test
    void whoHasNoneIsToldWhatToDo() {
        world.withoutBridges();
        assertThat(build("true", "bridge").ended(125).err())
                .contains("there can be no bridge: that takes root, and netavark or the plugins of CNI")
                .contains("containernetworking-plugins");
    }

    @Test
    void whatFailsIsTold() {
        world.withoutCni().without("iptables").without("nft");
        assertThat(build("true", "bridge").ended(125).err()).contains("there can be no bridge: netavark: ");
    }

    @Test
    void addressesThatTheMachineHasARouteToAreNotTaken() {
        world.said("ip route add 10.213.7.0/24 via 192.168.77.2");
        assertThat(build("ip addr show eth0", "bridge").succeeded().err()).contains("10.214.0.2/24");
    }

    @Test
    void deathOfTheProgramEndsItAll() throws Exception {
        write("Buildfile", "FROM busybox\nRUN echo begun; sleep 100\n");
        Process process = jbuild.start("build", "--progress=plain", "--network=bridge", ".");
        try (var err = process.errorReader()) {
            String line = err.readLine();
            while (line != null && !line.endsWith(" begun")) {
                line = err.readLine();
            }
            assertThat(line).isNotNull();
        }
        assertThat(left()).contains("jbuild0");
        process.destroyForcibly().waitFor();
    }

    /** As when a machine runs out of memory: what was made stays, and is what the next one gets. */
    @Test
    void whatAKilledHelperLeavesIsTakenOver() throws Exception {
        jbuild.run("run", "-d", "--name=box", "--network=bridge", "busybox", "sleep", "1000")
                .succeeded();
        world.said("kill -9 $(pgrep -f \"[j]build-sandbox bridge " + jbuild.root() + "\")");
        assertThat(left()).contains("jbuild1");
        jbuild.run("rm", "-f", "box").succeeded();
        assertThat(left()).contains("jbuild1");
        write(
                "Buildfile",
                "FROM busybox AS a\nRUN sleep 2; touch /a\nFROM busybox AS b\nRUN sleep 2; touch /b\n"
                        + "FROM busybox\nCOPY --from=a /a /\nCOPY --from=b /b /\n");
        jbuild.run("build", "--progress=plain", "--network=bridge", ".").succeeded();
    }
}
