package dev.jbuild.sandbox.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.buildfile.Device;
import dev.jbuild.problem.UserError;
import dev.jbuild.sandbox.Confinement;
import dev.jbuild.sandbox.DeviceId;
import dev.jbuild.sandbox.Mount;
import dev.jbuild.sandbox.NameServers;
import dev.jbuild.sandbox.NetworkMode;
import dev.jbuild.sandbox.Root;
import dev.jbuild.sandbox.RunSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GivenDevicesTest {
    private static final DeviceId NULL = new DeviceId(DeviceId.Kind.CHARACTER, 1, 3);

    @TempDir
    Path specs;

    private GivenDevices given(String ofAll, String ofX, String ofY) throws Exception {
        Files.writeString(
                specs.resolve("a.yaml"),
                "cdiVersion: 1.1.0\nkind: a/b\ncontainerEdits: {" + ofAll + "}\ndevices:\n"
                        + "- {name: x, containerEdits: {" + ofX + "}}\n- {name: y, containerEdits: {" + ofY + "}}\n");
        return new HostDevices(List.of(specs), DeviceGrants.ALL, DeviceRequests.NONE)
                .give(List.of(new Device("a/b=*", true)));
    }

    private static RunSpec spec(long user, Mount... mounts) {
        return new RunSpec(
                new Root(List.of(), Path.of("/upper"), Path.of("/work")),
                List.of("true"),
                List.of("PATH=/bin", "A=before"),
                "/",
                user,
                user,
                List.of(5L),
                NetworkMode.NONE,
                "host",
                List.of(mounts),
                List.of(),
                false,
                false,
                Confinement.DEFAULT,
                NameServers.OF_HOST);
    }

    @Test
    void aSpecsEditsComeOnceAndThenThoseOfItsDevices() throws Exception {
        GivenDevices given = given("env: [A=all, B=all]", "env: [A=x], additionalGids: [5, 6]", "env: [C=y]");
        RunSpec spec = given.to(spec(0));
        assertThat(spec.env()).containsExactly("PATH=/bin", "A=x", "B=all", "C=y");
        assertThat(spec.groups()).containsExactly(5L, 6L);
        assertThat(given.keys())
                .containsExactly(
                        "a/b=x", "a/b=y", "env A=all", "env B=all", "env A=x", "env C=y", "group 5", "group 6");
        assertThat(given.places()).containsEntry("$C", "the device a/b=y");
    }

    @Test
    void nodesAreCompletedByThoseOfTheMachine() throws Exception {
        GivenDevices given = given(
                "",
                "deviceNodes: [{path: /dev/null}, {path: /dev/n, hostPath: /dev/null, permissions: r, uid: 3, fileMode: 0600}]",
                "deviceNodes: [{path: /dev/made, type: b, major: 240, minor: 7}, {path: /run/pipe, type: p}]");
        assertThat(given.to(spec(9)).mounts())
                .containsExactly(
                        new Mount.Device(Optional.of(Path.of("/dev/null")), "/dev/null", NULL, 0666, 9, 9, "rwm"),
                        new Mount.Device(Optional.of(Path.of("/dev/null")), "/dev/n", NULL, 0600, 3, 9, "r"),
                        new Mount.Device(
                                Optional.empty(),
                                "/dev/made",
                                new DeviceId(DeviceId.Kind.BLOCK, 240, 7),
                                0666,
                                9,
                                9,
                                "rwm"),
                        new Mount.Device(
                                Optional.empty(),
                                "/run/pipe",
                                new DeviceId(DeviceId.Kind.PIPE, 0, 0),
                                0666,
                                9,
                                9,
                                "rwm"));
    }

    @Test
    void mountsTakePlacesAndAreMadeFromTheTopOfTheTreeDown() throws Exception {
        Mount own = new Mount.Tmpfs("/a/b/c", Optional.empty(), 0755, false);
        Mount replaced = new Mount.Tmpfs("/lib", Optional.empty(), 0755, false);
        GivenDevices given = given(
                "",
                "mounts: [{hostPath: /, containerPath: /lib, options: [ro, nosuid, nodev, noexec, rbind, rprivate]}]",
                "mounts: [{hostPath: x, containerPath: /a/b, type: tmpfs, options: [size=1m, mode=700, ro]}]");
        assertThat(given.to(spec(0, own, replaced)).mounts())
                .containsExactly(
                        new Mount.Bind(
                                Path.of("/"),
                                "/lib",
                                true,
                                Set.of(Mount.Flag.NO_DEVICES, Mount.Flag.NO_PROGRAMS, Mount.Flag.NO_SET_USER_ID)),
                        new Mount.Tmpfs("/a/b", Optional.of(1L << 20), 0700, true),
                        own);
    }

    @Test
    void hooksAreHandedOn() throws Exception {
        GivenDevices given = given("hooks: [{hookName: prestart, path: /bin/true}]", "env: [A=1]", "env: [B=1]");
        assertThat(given.to(spec(0)).hooks()).hasSize(1);
    }

    @Test
    void whatCannotBeGivenIsTold() throws Exception {
        refused("intelRdt: {closID: x}", "containerEdits.intelRdt of its CDI spec is not supported");
        refused("netDevices: [{hostInterfaceName: a, name: b}]", "containerEdits.netDevices of its CDI spec");
        refused("deviceNodes: [{path: /dev/no-such}]", "there is no device /dev/no-such on this machine");
        refused(
                "deviceNodes: [{path: /dev/null, type: b}]",
                "the device /dev/null of this machine is of type c, not b");
        refused("deviceNodes: [{path: /etc}]", "there is no device /etc on this machine");
        refused("mounts: [{hostPath: /no-such, containerPath: /x}]", "there is no /no-such on this machine");
        refused("mounts: [{hostPath: /, containerPath: /x, options: [rshared]}]", "has the option rshared");
        refused("mounts: [{hostPath: x, containerPath: /x, type: ext4}]", "a file system of type ext4");
    }

    private void refused(String edits, String problem) throws Exception {
        GivenDevices given = given("", edits, "env: [A=1]");
        assertThatThrownBy(() -> given.to(spec(0)))
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith("a/b=x, a/b=y can't be given: ")
                .hasMessageContaining(problem)
                .satisfies(e -> assertThat(((UserError) e).hints())
                        .containsExactly("its CDI spec is " + specs.resolve("a.yaml")));
    }

    @Test
    void devicesOfTheCommandLineAreAsTheyAre() throws Exception {
        Path directory = Files.createDirectory(specs.resolve("d"));
        Files.createSymbolicLink(directory.resolve("link"), Path.of("/dev/null"));
        assertThat(ofNodes(new HostDevice(directory.resolve("link"), "/dev/x", "r")))
                .singleElement()
                .satisfies(mount -> assertThat((Mount.Device) mount)
                        .returns("/dev/x", Mount.Device::target)
                        .returns(NULL, Mount.Device::device)
                        .returns("r", Mount.Device::access));
        assertThat(ofNodes(new HostDevice(Path.of("/dev"), "/dev", "rwm")).stream()
                        .map(Mount::target))
                .contains("/dev/null", "/dev/zero")
                .doesNotContain("/dev/pts", "/dev/stdin");
        assertThatThrownBy(() -> ofNodes(new HostDevice(specs, "/x", "rwm")))
                .hasMessageContaining("no device in this directory");
        assertThatThrownBy(() -> ofNodes(new HostDevice(Path.of("/etc/passwd"), "/x", "rwm")))
                .hasMessageContaining("is no device");
    }

    private static List<Mount> ofNodes(HostDevice node) throws Exception {
        GivenDevices given = new GivenDevices(List.of(), List.of(node), List.of());
        assertThat(given.isEmpty()).isFalse();
        assertThat(given.keys()).containsExactly("node " + node);
        return given.to(spec(0)).mounts();
    }
}
