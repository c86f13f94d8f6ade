package dev.jbuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.UserError;
import dev.jbuild.testing.Needs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operations themselves, also those that no setting asks for yet. */
@Tag("kernel")
class SandboxProgramTest {
    @TempDir
    Path base;

    private static final StepCgroup NO_CGROUP = new StepCgroup(Optional.empty(), List.of());

    private TestContainer container;

    @BeforeEach
    void makeContainer() throws IOException {
        container = new TestContainer(base);
    }

    @Test
    void filtersAreLoadedWithAndWithoutNewPrivileges() throws Exception {
        String allowAll = "060000000000ff7f";
        assertThat(runWith("grep -E '^Seccomp:|NoNewPrivs' /proc/self/status", "seccomp", allowAll))
                .isEqualTo("NoNewPrivs:\t0\nSeccomp:\t2\n");
        container.uid = 7;
        assertThat(runWith(
                        "grep -E '^Seccomp:|NoNewPrivs' /proc/self/status", "no-new-privileges", "seccomp", allowAll))
                .isEqualTo("NoNewPrivs:\t1\nSeccomp:\t2\n");
    }

    @Test
    void cgroupsAreJoinedAndAreTheRootInside() throws Exception {
        Path group = unifiedHierarchy()
                .resolve("jbuild-test-" + ProcessHandle.current().pid());
        Files.createDirectory(group);
        try {
            String procs = group.resolve("cgroup.procs").toString();
            assertThat(runWith("grep ^0: /proc/self/cgroup", "cgroup", procs)).isEqualTo("0::/\n");
        } finally {
            Files.delete(group);
        }
    }

    private static Path unifiedHierarchy() throws IOException {
        Optional<String> mount = Files.readAllLines(Path.of("/proc/mounts")).stream()
                .map(line -> line.split(" "))
                .filter(fields -> fields[2].equals("cgroup2"))
                .map(fields -> fields[1])
                .findFirst();
        Needs.machine(mount.isPresent(), "no cgroup2 is mounted");
        return Path.of(mount.orElseThrow());
    }

    @Test
    void listThatIsCutShortIsRefused() {
        assertThatThrownBy(() -> run(
                        container.spec(List.of("true")),
                        operations -> Arrays.copyOf(operations, operations.length - 4)))
                .isInstanceOf(EnvironmentError.class)
                .hasMessageContaining("parse");
    }

    @Test
    void accessThatCannotBeHeldIsRefused() {
        container.mounts.add(device("/dev/given", "r"));
        assertThatThrownBy(() -> run(container.spec(List.of("true")), operations -> operations))
                .isInstanceOf(EnvironmentError.class)
                .hasMessage(
                        "the device /dev/given is to be used with the permissions \"r\" alone, which can't be held here");
    }

    @Test
    void withoutAFilterOnlyTheGivenNodesAreThere() throws Exception {
        container.mounts.add(device("/dev/given", "rwm"));
        RunSpec spec = container.spec(List.of("sh", "-c", ": < /dev/given && echo opened; mknod /dev/x c 10 237"));
        assertThat(run(spec, operations -> operations)).contains("opened").contains("not permitted");
    }

    private static Mount.Device device(String target, String access) {
        DeviceId loopControl = new DeviceId(DeviceId.Kind.CHARACTER, 10, 237);
        return new Mount.Device(Optional.empty(), target, loopControl, 0600, 0, 0, access);
    }

    @Test
    void hooksAreForRuntimesAlone() {
        RunSpec spec = container.spec(List.of("true"));
        Hook hook = new Hook("createContainer", "/bin/hook", List.of(), List.of(), OptionalLong.empty());
        assertThatThrownBy(() -> run(
                        spec.withDevices(spec.env(), spec.mounts(), spec.groups(), List.of(hook)),
                        operations -> operations))
                .isInstanceOf(UserError.class)
                .hasMessage(
                        "a device comes with the hook /bin/hook (createContainer), which jbuild itself doesn't run");
    }

    @Test
    void targetsMustBeAbsoluteAndNotTheRoot() {
        for (String target : List.of("", "/", "/./", "//", "/..", "x/y")) {
            container.mounts.clear();
            container.mounts.add(new Mount.Tmpfs(target, Optional.empty(), 0755, false));
            assertThatThrownBy(() -> container.run("true")).as(target).isInstanceOf(UserError.class);
        }
    }

    @Test
    void withoutPrivilegesThePeopleAreToldWhatIsMissing() throws Exception {
        Path setpriv = Path.of("/usr/bin/setpriv");
        Needs.machine(Files.isExecutable(setpriv), "setpriv(1) is not installed");
        Path weak = base.resolve("weak");
        String program = TestContainer.program().toAbsolutePath().toString();
        Files.writeString(
                weak, "#!/bin/sh\nexec %s --bounding-set=-sys_admin '%s' \"$@\"\n".formatted(setpriv, program));
        Files.setPosixFilePermissions(weak, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(new SandboxProbe(weak, container.scratch(), "", Optional.empty())
                        .trial()
                        .problem())
                .hasValueSatisfying(problem -> {
                    assertThat(problem.what())
                            .isEqualTo("cannot set up the sandbox: clone namespaces: operation not permitted");
                    assertThat(problem.hints()).isNotEmpty();
                });
    }

    @Test
    void abandonedDirectoriesAreSwept() throws Exception {
        Path scratch = Files.createDirectory(container.scratch());
        Path dead = Files.createDirectories(scratch.resolve("4194999-1/root")).getParent();
        Path own = Files.createDirectory(scratch.resolve(ProcessHandle.current().pid() + "-1"));
        Path other = Files.createDirectory(scratch.resolve("not-ours"));
        RunDirectories.sweep(scratch, Instant.now());
        assertThat(dead).exists();
        RunDirectories.sweep(scratch, Instant.now().plusSeconds(90_000));
        assertThat(dead).doesNotExist();
        assertThat(own).exists();
        assertThat(other).exists();
    }

    private interface Change {
        byte[] apply(byte[] operations);
    }

    private String runWith(String script, String... more) throws Exception {
        container.emptyWorkDirectory();
        byte[] words = (String.join("\0", more) + "\0end\0").getBytes(StandardCharsets.UTF_8);
        return run(container.spec(List.of("sh", "-c", script)), operations -> {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.write(operations, 0, operations.length - "end\0".length());
            all.writeBytes(words);
            return all.toByteArray();
        });
    }

    private String run(RunSpec spec, Change change) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Sandbox.Output output = new Sandbox.Output() {
            @Override
            public void stdout(byte[] bytes, int length) {
                out.write(bytes, 0, length);
            }

            @Override
            public void stderr(byte[] bytes, int length) {
                out.write(bytes, 0, length);
            }

            @Override
            public void notice(String text) {}
        };
        try (RunDirectories directories = new RunDirectories(container.scratch());
                Launcher launcher = new Launcher(TestContainer.program());
                RunDirectory files = directories.take()) {
            files.write("", "");
            byte[] operations = change.apply(SandboxProgram.operations(
                    spec, files, NO_CGROUP, NetworkPlace.NONE, Host.of(TestContainer.program(), false)));
            int status = new Launch(launcher, spec, files, output).run(operations, container.cancellation);
            StatusReport.parse(Files.readAllBytes(files.status())).result(status);
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
