package dev.jbuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.problem.JbuildException;
import dev.jbuild.sandbox.TestContainer.Ran;
import dev.jbuild.testing.Needs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What limits, devices and privileges a process really has. */
@Tag("kernel")
abstract class ConfinementContract {
    private static final Capabilities USUAL = Capabilities.DEFAULT;

    @TempDir
    Path base;

    TestContainer container;

    /** The OCI runtime that does it; none if it is empty. */
    abstract String runtime();

    @BeforeEach
    void makeContainer() throws IOException {
        container = new TestContainer(base);
        container.runtime = runtime();
    }

    /** Whatever a test did, its groups must be gone. */
    @AfterEach
    void noGroupIsLeft() throws IOException {
        CgroupMounts mounts = CgroupMounts.ofThisProcess();
        String own = "jbuild-" + ProcessHandle.current().pid() + "-";
        for (CgroupMounts.Hierarchy hierarchy : Stream.concat(
                        mounts.unified().stream(), mounts.controllers().values().stream())
                .toList()) {
            try (Stream<Path> groups = Files.list(hierarchy.own())) {
                assertThat(groups.map(group -> group.getFileName().toString())).noneMatch(name -> name.startsWith(own));
            }
        }
    }

    static Confinement with(Limits limits) {
        return Confinement.DEFAULT.withLimits(limits);
    }

    static boolean controls(String controller) {
        CgroupMounts mounts = CgroupMounts.ofThisProcess();
        return mounts.controllers().containsKey(controller)
                || mounts.unified()
                        .filter(unified -> Files.exists(unified.own().resolve("cgroup.controllers")))
                        .isPresent();
    }

    @Test
    void whoTakesTooMuchMemoryIsKilledAndNamed() throws Exception {
        Needs.machine(controls("memory"), "no memory controller");
        container.confinement = with(Limits.NONE.withMemory(32 << 20));
        Ran ran = container.run("dd", "if=/dev/zero", "of=/dev/null", "bs=200M", "count=1");
        assertThat(ran.result().status()).isEqualTo(137);
        assertThat(ran.result().outOfMemoryKills()).isEqualTo(1);
        assertThat(ran.result().usage().peakMemoryBytes()).isBetween(30L << 20, 32L << 20);
    }

    @Test
    void withinItsMemoryAllIsWell() throws Exception {
        Needs.machine(controls("memory"), "no memory controller");
        container.confinement = with(Limits.NONE.withMemory(64 << 20));
        Ran ran = container.run("dd", "if=/dev/zero", "of=/dev/null", "bs=8M", "count=1");
        assertThat(ran.result().status()).isZero();
        assertThat(ran.result().outOfMemoryKills()).isZero();
        assertThat(ran.result().usage().peakMemoryBytes()).isBetween(8L << 20, 64L << 20);
    }

    @Test
    void forksStopAtTheLimitOfProcesses() throws Exception {
        Needs.machine(controls("pids"), "no pids controller");
        container.confinement = with(new Limits(
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.of(20)));
        Ran ran = container.run("sh", "-c", "i=0; while [ $i -lt 30 ]; do sleep 5 & i=$((i+1)); done; echo all");
        assertThat(ran.err()).contains("can't fork");
        assertThat(ran.out()).isEmpty();
    }

    @Test
    void processorTimeIsRationed() throws Exception {
        Needs.machine(controls("cpu"), "no cpu controller");
        container.confinement = with(Limits.NONE.withCpus(200_000_000));
        long before = System.nanoTime();
        Ran ran = container.run("sh", "-c", "i=0; while [ $i -lt 150000 ]; do i=$((i+1)); done");
        Duration wall = Duration.ofNanos(System.nanoTime() - before);
        assertThat(ran.result().status()).isZero();
        assertThat(ran.result().usage().cpuTime().multipliedBy(2)).isLessThan(wall);
    }

    @Test
    void processorsAreChosen() throws Exception {
        Needs.machine(controls("cpuset"), "no cpuset controller");
        container.confinement = with(new Limits(
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                Optional.of("0"),
                Optional.empty(),
                OptionalLong.empty()));
        assertThat(container.shell("grep Cpus_allowed_list /proc/self/status")).isEqualTo("Cpus_allowed_list:\t0\n");
    }

    @Test
    void limitsThatTheKernelRefusesAreTold() {
        Needs.machine(controls("cpuset"), "no cpuset controller");
        container.confinement = with(new Limits(
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                Optional.of("4000"),
                Optional.empty(),
                OptionalLong.empty()));
        assertThatThrownBy(() -> container.run("true"))
                .isInstanceOf(JbuildException.class)
                .hasMessageContaining("a limit can't be set: cpuset.cpus 4000");
    }

    @Test
    void rlimitsAreSet() throws Exception {
        container.confinement = new Confinement(
                false,
                USUAL,
                false,
                Limits.NONE,
                List.of(
                        new Rlimit(Rlimit.Resource.NOFILE, 50, 60),
                        new Rlimit(Rlimit.Resource.CORE, 0, 0),
                        new Rlimit(Rlimit.Resource.STACK, 1 << 20, -1)),
                OptionalLong.of(1 << 20),
                Optional.empty(),
                Optional.empty());
        assertThat(container.shell("ulimit -Sn; ulimit -Hn; ulimit -c; ulimit -s; ulimit -Hs"))
                .isEqualTo("50\n60\n0\n1024\nunlimited\n");
        assertThat(container.shell("mount | grep /dev/shm")).contains("size=1024k");
    }

    @Test
    void harmlessDeviceNodesWorkAndOthersDoNot() throws Exception {
        Needs.machine(CgroupMounts.ofThisProcess().unified().isPresent(), "no cgroup2 to filter devices by");
        assertThat(container.shell("mknod /null c 1 3; echo x > /null; mknod /zero c 1 5; head -c 3 /zero | wc -c"))
                .isEqualTo("3\n");
        for (String device : List.of("c 1 1", "c 1 4", "b 7 0", "b 259 0", "c 10 237", "c 5 1")) {
            Ran ran = container.run("sh", "-c", "mknod /d " + device + "; (: < /d); rm /d");
            assertThat(ran.err()).as(device).contains("Operation not permitted");
        }
    }

    /** One that containers don't have. */
    private static Mount.Device loopControl(String target, String access) {
        return new Mount.Device(
                Optional.of(Path.of("/dev/loop-control")),
                target,
                new DeviceId(DeviceId.Kind.CHARACTER, 10, 237),
                0640,
                7,
                8,
                access);
    }

    @Test
    void devicesThatAreGivenCanBeUsedAndOthersNot() throws Exception {
        container.mounts.add(loopControl("/dev/deep/given", "rwm"));
        container.mounts.add(loopControl("/opt/given", "rwm"));
        container.mounts.add(new Mount.Device(
                Optional.empty(), "/dev/pipe", new DeviceId(DeviceId.Kind.PIPE, 0, 0), 0600, 0, 0, "rwm"));
        assertThat(container.shell("for d in /dev/deep/given /opt/given; do : <> $d; stat -c '%t:%T %a %u %g' $d; done;"
                        + " test -p /dev/pipe && echo pipe"))
                .isEqualTo("a:ed 640 7 8\na:ed 640 7 8\npipe\n");
        assertThat(container.changed()).isEmpty();
        for (String other : List.of("c 10 229", "c 1 11", "b 10 237")) {
            Ran ran = container.run("sh", "-c", "mknod /dev/other " + other + " && : < /dev/other");
            assertThat(ran.err()).as(other).contains("not permitted");
        }
    }

    @Test
    void nodesThatContainersHaveCanBeReplaced() throws Exception {
        DeviceId zero = new DeviceId(DeviceId.Kind.CHARACTER, 1, 5);
        container.mounts.add(new Mount.Device(Optional.empty(), "/dev/full", zero, 0666, 0, 0, "rwm"));
        assertThat(container.shell("echo x > /dev/full; stat -c %t:%T /dev/full"))
                .isEqualTo("1:5\n");
    }

    @Test
    void onlyTheAccessIsGivenThatIsSaid() throws Exception {
        Needs.machine(CgroupMounts.ofThisProcess().unified().isPresent(), "no cgroup2 to filter devices by");
        container.mounts.add(loopControl("/dev/given", "r"));
        assertThat(container.shell(": < /dev/given; (: > /dev/given) 2>/dev/null || echo held"))
                .isEqualTo("held\n");
        container.mounts.clear();
        container.mounts.add(loopControl("/dev/given", ""));
        assertThat(container.run("sh", "-c", ": < /dev/given").err()).contains("Operation not permitted");
    }

    @Test
    void insecureMeansNothingIsHeldBack() throws Exception {
        container.confinement = Confinement.DEFAULT.asInsecure();
        container.uid = 7;
        container.gid = 7;
        String own = Files.readString(Path.of("/proc/self/status"))
                .lines()
                .filter(line -> line.startsWith("CapEff:"))
                .map(line -> line.substring(8))
                .findFirst()
                .orElseThrow();
        assertThat(container.shell("grep -E 'Cap(Eff|Bnd|Amb)' /proc/self/status | cut -f 2"))
                .isEqualTo((own + "\n").repeat(3));
        container.uid = 0;
        container.gid = 0;
        assertThat(container.shell("mount | grep -E ' on /(proc|sys|sys/fs/cgroup/.*) ' | grep -c '(ro' || true"))
                .isEqualTo("0\n");
        assertThat(container.shell("test -c /dev/fuse && test -b /dev/loop0 && : > /dev/kmsg && echo all"))
                .isEqualTo("all\n");
    }

    @Test
    void capabilitiesAreAddedAndDropped() throws Exception {
        container.confinement = new Confinement(
                false,
                USUAL.changed(List.of("NET_ADMIN"), List.of("CHOWN")),
                true,
                Limits.NONE,
                List.of(),
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty());
        assertThat(container.shell("grep -E 'CapEff|NoNewPrivs' /proc/self/status"))
                .isEqualTo("CapEff:\t00000000a80435fa\nNoNewPrivs:\t1\n");
    }

    @Test
    void contentIsOnlyInMemory() throws Exception {
        ByteBuffer secret = StandardCharsets.UTF_8.encode("s3cret-value");
        container.mounts.add(new Mount.Content("/run/secrets/deep/token", secret, 0440, 5, 6));
        container.mounts.add(
                new Mount.Content("/script", StandardCharsets.UTF_8.encode("#!/bin/sh\necho ran\n"), 0755, 0, 0));
        assertThat(
                        container.shell(
                                "cat /run/secrets/deep/token; stat -c ' %a %u %g' /run/secrets/deep/token; /script;"
                                        + " (echo x > /run/secrets/deep/token) 2> /dev/null || echo read-only; mount | grep -c 'token type tmpfs (ro.*noexec'"))
                .isEqualTo("s3cret-value 440 5 6\nran\nread-only\n1\n");
        assertThat(container.changed()).isEmpty();
        try (Stream<Path> files = Files.walk(base)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                        .as("%s", file)
                        .doesNotContain("s3cret");
            }
        }
    }

    @Test
    void aMissingDirectoryToStartInBelongsToTheUser() throws Exception {
        container.cwd = "/new/work";
        container.uid = 7;
        container.gid = 8;
        assertThat(container.shell("pwd; stat -c '%u:%g %a' . .. /new"))
                .isEqualTo("/new/work\n7:8 755\n7:8 755\n7:8 755\n");
    }
}
