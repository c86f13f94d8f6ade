package dev.jbuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.UserError;
import dev.jbuild.sandbox.TestContainer.Ran;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What processes are given, whoever makes their container. */
@Tag("kernel")
abstract class SandboxContract {
    @TempDir
    Path base;

    TestContainer container;

    /** The OCI runtime that does it; none if it is empty. */
    abstract String runtime();

    /** How root file systems are made; by the best way if absent. */
    Optional<StorageDriver> storage() {
        return Optional.empty();
    }

    @BeforeEach
    void makeContainer() throws IOException {
        container = new TestContainer(base);
        container.storage = storage();
        container.runtime = runtime();
    }

    @Test
    void outputStatusAndUsageComeBack() throws Exception {
        Ran ran = container.run("sh", "-c", "echo out; echo err >&2; exit 7");
        assertThat(ran.out()).isEqualTo("out\n");
        assertThat(ran.err()).isEqualTo("err\n");
        assertThat(ran.result().status()).isEqualTo(7);
        assertThat(ran.result().signal()).isZero();
        assertThat(ran.result().startFailure()).isEmpty();
        assertThat(ran.result().usage().cpuTime()).isPositive();
        assertThat(ran.result().usage().peakMemoryBytes()).isGreaterThan(100_000);
        assertThat(ran.result().usage().wall()).isPositive();
    }

    @Test
    void whatIsWrittenIsCounted() throws Exception {
        Ran ran = container.run("dd", "if=/dev/zero", "of=/big", "bs=1M", "count=8");
        assertThat(ran.result().usage().writtenBytes()).isBetween(8L << 20, 10L << 20);
    }

    @Test
    void namespacesAreItsOwn() throws Exception {
        for (String kind : List.of("mnt", "pid", "ipc", "uts", "net", "cgroup")) {
            String own = container.shell("readlink /proc/self/ns/" + kind).strip();
            assertThat(own).startsWith(kind).isNotEqualTo(here("/proc/self/ns/" + kind));
        }
    }

    private static String here(String link) throws IOException {
        return Files.readSymbolicLink(Path.of(link)).toString();
    }

    @Test
    void commandIsProcessOneAndASessionLeader() throws Exception {
        assertThat(container.shell("echo $$; cut -d ' ' -f 1,2,4-6 /proc/1/stat; true"))
                .isEqualTo("1\n1 (sh) 0 1 1\n");
    }

    @Test
    void stateIsClean() throws Exception {
        container.env.add("HOME=/root");
        String state = container.shell(
                "umask; ls /proc/self/fd | wc -l; grep -E 'SigBlk|SigIgn|NoNewPrivs|Seccomp:' /proc/self/status;"
                        + " head -c 10 | wc -c; pwd; env");
        assertThat(state.lines().map(String::strip))
                .containsExactly(
                        "0022",
                        "4",
                        "SigBlk:\t0000000000000000",
                        "SigIgn:\t0000000000000000",
                        "NoNewPrivs:\t0",
                        "Seccomp:\t2",
                        "0",
                        "/",
                        "SHLVL=1",
                        "HOME=/root",
                        "PATH=/bin",
                        "PWD=/");
    }

    @Test
    void callsThatReachPastTheContainerAreRefused() throws Exception {
        // Anybody could make a user namespace otherwise, and be root in it.
        assertThat(container.shell("unshare -U true 2>&1 || true"))
                .isEqualTo("unshare: unshare(0x10000000): Operation not permitted\n");
    }

    @Test
    void rootHasDockersCapabilities() throws Exception {
        assertThat(container.shell("grep Cap /proc/self/status").lines())
                .containsExactly(
                        "CapInh:\t0000000000000000",
                        "CapPrm:\t00000000a80425fb",
                        "CapEff:\t00000000a80425fb",
                        "CapBnd:\t00000000a80425fb",
                        "CapAmb:\t0000000000000000");
    }

    @Test
    void othersHaveNone() throws Exception {
        container.uid = 1234;
        container.gid = 5678;
        container.groups = List.of(9L, 10L);
        assertThat(container
                        .shell("id; grep -E 'Cap|^Uid|^Gid' /proc/self/status; echo ok >/dev/stdout")
                        .lines())
                .containsExactly(
                        "uid=1234 gid=5678 groups=9,10",
                        "Uid:\t1234\t1234\t1234\t1234",
                        "Gid:\t5678\t5678\t5678\t5678",
                        "CapInh:\t0000000000000000",
                        "CapPrm:\t0000000000000000",
                        "CapEff:\t0000000000000000",
                        "CapBnd:\t00000000a80425fb",
                        "CapAmb:\t0000000000000000",
                        "ok");
    }

    @Test
    void devicesAreThere() throws Exception {
        assertThat(container
                        .shell("cd /dev; stat -c '%n %F %a %t:%T' null zero full random urandom tty;"
                                + " stat -c '%n %a' . shm mqueue pts; for l in ptmx fd stdin stdout stderr; do readlink $l; done;"
                                + " echo x > null; head -c 3 zero | wc -c; test -c pts/ptmx; stat -f -c '%T %s' shm")
                        .lines())
                .startsWith(
                        "null character special file 666 1:3",
                        "zero character special file 666 1:5",
                        "full character special file 666 1:7",
                        "random character special file 666 1:8",
                        "urandom character special file 666 1:9",
                        "tty character special file 666 5:0",
                        ". 755",
                        "shm 1777",
                        "mqueue 1777",
                        "pts 755",
                        "pts/ptmx",
                        "/proc/self/fd",
                        "/proc/self/fd/0",
                        "/proc/self/fd/1",
                        "/proc/self/fd/2",
                        "3");
    }

    @Test
    void processInformationIsMaskedOrReadOnly() throws Exception {
        assertThat(container
                        .shell("for f in /proc/keys /proc/timer_list /proc/interrupts; do wc -c < $f; done;"
                                + " ls /proc/acpi /sys/firmware | grep -v :; "
                                + " grep -c ' ro,' /proc/mounts || true")
                        .lines()
                        .limit(3))
                .containsExactly("0", "0", "0");
        Ran ran = container.run("sh", "-c", "echo h > /proc/sys/kernel/hostname");
        assertThat(ran.err()).contains("Read-only file system");
        assertThat(container.run("sh", "-c", "mkdir /sys/x").err()).contains("Read-only file system");
    }

    @Test
    void devicesOfTheImageAreDead() throws Exception {
        Ran ran = container.run("sh", "-c", "mknod /memory c 1 1 && echo x > /memory");
        assertThat(ran.err()).containsAnyOf("Permission denied", "Operation not permitted");
    }

    @Test
    void ownNetworkIsLoopbackThatIsUp() throws Exception {
        String links = container.shell("ip link; ip addr show lo");
        assertThat(links).contains("LOOPBACK,UP").contains("127.0.0.1/8");
        assertThat(links.lines().filter(line -> line.matches("\\d+: .*"))).hasSize(2);
        assertThat(container.shell("hostname")).isEqualTo("buildkitsandbox\n");
    }

    @Test
    void hostNetworkIsTheHosts() throws Exception {
        container.network = NetworkMode.HOST;
        assertThat(container.shell("readlink /proc/self/ns/net").strip()).isEqualTo(here("/proc/self/ns/net"));
        assertThat(container.shell("hostname")).isEqualTo("buildkitsandbox\n");
    }

    @Test
    void namesOfHostsAreReadOnlyFiles() throws Exception {
        container.hosts.add("10.1.2.3\tdb");
        assertThat(container.shell("cat /etc/hosts"))
                .isEqualTo("127.0.0.1\tlocalhost buildkitsandbox\n"
                        + "::1\tlocalhost ip6-localhost ip6-loopback\n10.1.2.3\tdb\n");
        assertThat(container.shell("cat /etc/resolv.conf")).contains("nameserver");
        assertThat(container.run("sh", "-c", "echo >> /etc/hosts").err()).contains("Read-only file system");
        assertThat(container.changed()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void mountPointsNeverReachTheUpperDirectory(boolean classicOverlay) throws Exception {
        container.classicOverlay = classicOverlay;
        container.mounts.add(new Mount.Tmpfs("/new/cache/deep", Optional.empty(), 0755, false));
        container.mounts.add(new Mount.Tmpfs("/bin/sub", Optional.empty(), 0755, false));
        assertThat(container.shell("cd /; ls -d *")).contains("new", "proc", "dev", "etc", "sys");
        assertThat(container.changed()).isEmpty();
    }

    @Test
    void parentsOfMountPointsLookUnchanged() throws Exception {
        Path data = Files.createDirectories(container.image.resolve("data/inner"));
        Files.writeString(data.resolve("file"), "x");
        command("chown", "12:34", data.toString());
        command("setfattr", "-n", "user.color", "-v", "red", data.toString());
        command("chmod", "2750", data.toString());
        command("touch", "-d", "2001-02-03 04:05:06.123456789", data.toString());
        String before = look(data);
        container.mounts.add(new Mount.Tmpfs("/data/inner/cache/one", Optional.empty(), 0755, false));
        assertThat(container
                        .shell("stat -c '%a %u:%g %y' /data/inner; ls /data/inner")
                        .lines())
                .containsExactly("2750 12:34 2001-02-03 04:05:06.123456789 +0000", "cache", "file");
        assertThat(container.changed()).isEmpty();

        container.shell("echo new > /data/inner/other; touch -d '2001-02-03 04:05:06' /data/inner");
        assertThat(container.changed()).containsExactly("/data", "/data/inner", "/data/inner/other");
        Path copied = container.upper.resolve("data/inner");
        command("touch", "-d", "2001-02-03 04:05:06.123456789", copied.toString());
        assertThat(look(copied)).isEqualTo(before);
    }

    private static String look(Path path) throws Exception {
        return command("stat", "-c", "%a %u:%g %y", path.toString())
                + command("getfattr", "--only-values", "-n", "user.color", path.toString());
    }

    @Test
    void mountPointsShowBeneathOpaqueDirectories() throws Exception {
        Path opaque = Files.createDirectories(base.resolve("layer/bin2"));
        command("setfattr", "-n", "trusted.overlay.opaque", "-v", "y", opaque.toString());
        Files.createDirectories(container.image.resolve("bin2/hidden"));
        container.lowers.add(0, base.resolve("layer"));
        container.mounts.add(new Mount.Tmpfs("/bin2/cache", Optional.empty(), 0700, false));
        assertThat(container.shell("ls /bin2")).isEqualTo("cache\n");
        assertThat(container.changed()).isEmpty();
    }

    @Test
    void targetsFollowSymlinksOfTheImage() throws Exception {
        Files.createDirectories(container.image.resolve("etc"));
        Files.createSymbolicLink(container.image.resolve("etc/resolv.conf"), Path.of("../run/resolve/stub.conf"));
        Files.createSymbolicLink(container.image.resolve("abs"), base.resolve("elsewhere"));
        Path elsewhere = Files.createDirectories(base.resolve("elsewhere"));
        Path file = Files.writeString(base.resolve("file"), "content");
        container.mounts.add(new Mount.Bind(file, "/abs/../x/../../../../abs/f", true));
        assertThat(container.shell("cat /run/resolve/stub.conf")).contains("nameserver");
        assertThat(container.shell("cat /abs/f")).isEqualTo("content");
        assertThat(elsewhere).isEmptyDirectory();
        assertThat(container.changed()).isEmpty();
    }

    @Test
    void bindsFilesAndDirectories() throws Exception {
        Path directory = Files.createDirectories(base.resolve("shared"));
        Path file = Files.writeString(base.resolve("secret"), "s3");
        container.mounts.add(new Mount.Bind(directory, "/rw", false));
        container.mounts.add(new Mount.Bind(directory, "/ro", true));
        container.mounts.add(new Mount.Bind(file, "/run/secrets/s", true));
        assertThat(container.shell("echo 1 > /rw/one; cat /ro/one /run/secrets/s"))
                .isEqualTo("1\ns3");
        assertThat(directory.resolve("one")).hasContent("1\n");
        assertThat(container.run("touch", "/ro/two").err()).contains("Read-only file system");
        assertThat(container.run("sh", "-c", "echo > /run/secrets/s").err()).contains("Read-only file system");
        assertThat(container.changed()).isEmpty();
    }

    @Test
    void laterMountsMayLieInEarlierOnes() throws Exception {
        Path directory = Files.createDirectories(base.resolve("shared"));
        container.mounts.add(new Mount.Tmpfs("/a", Optional.of(1L << 20), 01777, false));
        container.mounts.add(new Mount.Bind(directory, "/a/b/c", false));
        assertThat(
                        container.shell(
                                "stat -c %a /a; touch /a/b/c/here; dd if=/dev/zero of=/a/big bs=64k count=99 2>/dev/null || wc -c < /a/big"))
                .startsWith("1777\n")
                .doesNotContain("6488064");
        assertThat(directory.resolve("here")).exists();
        assertThat(container.changed()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void overlaysTakeWritesApart(boolean classicOverlay) throws Exception {
        container.classicOverlay = classicOverlay;
        Path lower = Files.createDirectories(base.resolve("stage/dir/sub"));
        Files.writeString(lower.resolve("f"), "from stage");
        Path upper = Files.createDirectories(base.resolve("upper2"));
        Path work = Files.createDirectories(base.resolve("work2"));
        container.mounts.add(
                new Mount.Overlay(List.of(base.resolve("stage")), upper, work, "/dir/sub", "/mnt/there", false));
        assertThat(container.shell("cat /mnt/there/f; echo changed > /mnt/there/f; cat /mnt/there/f"))
                .isEqualTo("from stagechanged\n");
        assertThat(upper.resolve("dir/sub/f")).hasContent("changed\n");
        assertThat(lower.resolve("f")).hasContent("from stage");
        assertThat(container.changed()).isEmpty();
    }

    @Test
    void overlayOfOneFile() throws Exception {
        Path stage = Files.createDirectories(base.resolve("stage"));
        Files.writeString(stage.resolve("f"), "one file");
        Path upper = Files.createDirectories(base.resolve("upper2"));
        Path work = Files.createDirectories(base.resolve("work2"));
        container.mounts.add(new Mount.Overlay(List.of(stage), upper, work, "f", "/etc/target", false));
        assertThat(container.shell("cat /etc/target")).isEqualTo("one file");
        assertThat(container.changed()).isEmpty();
    }

    @Test
    void missingSourceInsideAnOverlayIsTheUsersToMend() throws IOException {
        Path upper = Files.createDirectories(base.resolve("upper2"));
        Path work = Files.createDirectories(base.resolve("work2"));
        container.mounts.add(new Mount.Overlay(List.of(), upper, work, "/nope", "/x", false));
        assertThatThrownBy(() -> container.run("true"))
                .isInstanceOf(UserError.class)
                .hasMessage("\"/nope\" not found");
    }

    @Test
    void missingBindSourceIsNamed() {
        container.mounts.add(new Mount.Bind(base.resolve("gone"), "/x", false));
        assertThatThrownBy(() -> container.run("true"))
                .isInstanceOf(EnvironmentError.class)
                .hasMessageContaining("gone")
                .hasMessageContaining("no such file");
    }

    @Test
    void mountingOverTheWrongTypeIsExplained() {
        container.mounts.add(new Mount.Tmpfs("/bin/busybox", Optional.empty(), 0755, false));
        assertThatThrownBy(() -> container.run("true"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("/bin/busybox")
                .hasMessageContaining("not a directory");
    }

    @Test
    void workingDirectoryIsMadeWhenMissing() throws Exception {
        container.cwd = "/made/for/it";
        container.uid = 77;
        assertThat(container.shell("pwd; stat -c '%a %u:%g' .")).isEqualTo("/made/for/it\n755 77:0\n");
        assertThat(container.changed()).containsExactly("/made", "/made/for", "/made/for/it");
    }

    @Test
    void workingDirectoryThatIsAFileIsAStartFailure() throws Exception {
        container.cwd = "/bin/busybox/x";
        assertThat(container.run("true").result().startFailure())
                .contains("/bin/busybox/x")
                .contains("ot a directory");
    }

    @Test
    void programsAreFoundByThePathOfTheirOwnEnvironment() throws Exception {
        Ran missing = container.run("nonesuch");
        assertThat(missing.result().status()).isEqualTo(127);
        assertThat(missing.result().startFailure()).isEqualTo("exec: \"nonesuch\": executable file not found in $PATH");
        Ran absolute = container.run("/nonesuch");
        assertThat(absolute.result().status()).isEqualTo(127);
        assertThat(absolute.result().startFailure())
                .isEqualTo("exec: \"/nonesuch\": stat /nonesuch: no such file or directory");
        container.env.clear();
        assertThat(container.run("true").result().status()).isEqualTo(127);
        container.env.add("PATH=/gone::/bin");
        container.run("true").succeeded();
    }

    /**
     * What comes of a program that only the kernel finds it can't execute. An OCI runtime is the process by then: it says why
     * on the command's own standard error, as users of docker know it.
     */
    private void assertRefused(TestContainer.Ran ran, int status, String why) {
        if (runtime().isEmpty()) {
            assertThat(ran.result().status()).isEqualTo(status);
            assertThat(ran.result().startFailure()).isEqualTo("exec /plain: " + why);
        } else {
            assertThat(ran.result().status()).isEqualTo(1);
            assertThat(ran.err()).containsIgnoringCase(why).contains("/plain");
        }
    }

    @Test
    void filesThatCannotBeExecutedAreToldApart() throws Exception {
        Path plain = Files.writeString(container.image.resolve("plain"), "#!/bin/sh\n");
        assertThat(container.run("/plain").result())
                .extracting(RunResult::status, RunResult::startFailure)
                .containsExactly(126, "exec: \"/plain\": permission denied");
        assertThat(container.run("/bin").result().startFailure())
                .matches("exec: \"/bin\": (is a directory|permission denied|operation not permitted)");
        Files.setPosixFilePermissions(plain, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(plain, "#!/no/shell\n");
        assertRefused(container.run("/plain"), 127, "no such file or directory");
        Files.writeString(plain, "nothing known");
        assertRefused(container.run("/plain"), 126, "exec format error");
    }

    @Test
    void relativeProgramsStartFromTheWorkingDirectory() throws Exception {
        container.cwd = "/bin";
        assertThat(container.run("./sh", "-c", "echo here").succeeded().out()).isEqualTo("here\n");
    }

    @Test
    void emptyRootHasOnlyWhatSetUpGives() throws Exception {
        container.lowers.clear();
        container.mounts.add(new Mount.Bind(container.image.resolve("bin"), "/bin", true));
        assertThat(container.shell("cd /; ls -d *").lines()).containsExactly("bin", "dev", "etc", "proc", "sys");
        assertThat(container.changed()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void manyLayersWithAwkwardNames(boolean classicOverlay) throws Exception {
        container.classicOverlay = classicOverlay;
        for (int i = 0; i < 200; i++) {
            Path layer = base.resolve("l,a:y\\e-" + "r".repeat(i % 100 == 0 ? 240 : 3))
                    .resolve("n" + i);
            Files.createDirectories(layer);
            Files.writeString(layer.resolve("file" + i), "");
            Files.writeString(layer.resolve("common"), "layer " + i);
            container.lowers.add(container.lowers.size() - 1, layer);
        }
        assertThat(container.shell("find / -maxdepth 1 -name 'file*' | wc -l; cat /common"))
                .isEqualTo("200\nlayer 0");
    }

    @Test
    void changesOfTheRootGoToTheUpperDirectory() throws Exception {
        Files.writeString(container.image.resolve("old"), "old");
        container.shell("rm /old; echo new > /new; mkdir /d");
        assertThat(container.changed()).containsExactly("/d", "/new", "/old");
        assertThat(command(
                        "stat", "-c", "%F %t:%T", container.upper.resolve("old").toString()))
                .isEqualTo("character special file 0:0\n");
        assertThat(container.image.resolve("old")).hasContent("old");
    }

    @Test
    void bigOutputsAreFaithful() throws Exception {
        Ran ran = container.run("sh", "-c", "yes 0123456789 | head -c 20000000 & yes e | head -c 3000000 >&2; wait");
        assertThat(ran.out()).hasSize(20_000_000).startsWith("0123456789\n0123");
        assertThat(ran.err()).hasSize(3_000_000);
    }

    @Test
    void bytesOfArgumentsSurvive() throws Exception {
        String odd = "é\n\"$x' \u0001";
        assertThat(container.run("sh", "-c", "echo -n \"$0\"", odd).out())
                .isEqualTo(new String(odd.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
    }

    @Test
    void nothingIsLeftInTheScratchDirectory() throws Exception {
        container.shell("true");
        try (Stream<Path> left = Files.list(container.scratch())) {
            assertThat(left).isEmpty();
        }
    }

    static final class IgnoredOutput implements Sandbox.Output {
        @Override
        public void stdout(byte[] bytes, int length) {}

        @Override
        public void stderr(byte[] bytes, int length) {}

        @Override
        public void notice(String text) {}
    }

    private static String command(String... words) throws Exception {
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(out).isZero();
        return out;
    }

    @Test
    void aReadOnlyRootLeavesMountsWritable() throws Exception {
        container.readOnly = true;
        container.cwd = "/made";
        container.mounts.add(new Mount.Tmpfs("/a", Optional.empty(), 0755, false));
        Ran ran = container.run("sh", "-c", "pwd; touch /a/b /dev/shm/c && echo mounts; mkdir /x; echo > here");
        assertThat(ran.out()).isEqualTo("/made\nmounts\n");
        assertThat(ran.err().lines()).hasSize(2).allMatch(line -> line.endsWith("Read-only file system"));
    }

    @Test
    void doorsOfProcessesAreNoPaths() throws Exception {
        for (String door : List.of("/proc/self/fd/3", "/proc/self/cwd/x", "/proc/1/root")) {
            container.cwd = door;
            assertThat(container.run("true").result().status()).as(door).isNotZero();
            assertThat(container.changed()).as(door).isEmpty();
        }
    }
}
