package dev.jbuild.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.testing.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Devices of the machine in steps and containers, as specs of the Container Device Interface describe them. */
class DevicesIT extends EndToEnd {
    /** One with a node that containers don't have, under another name, and one that everybody may use. */
    private static final String SPEC = """
            cdiVersion: "0.7.0"
            kind: vendor.com/device
            containerEdits:
              env: [DRIVER=1]
            devices:
            - name: foo
              containerEdits:
                env: [FOO=injected]
                additionalGids: [4711]
                deviceNodes:
                - path: /dev/deep/foo
                  hostPath: /dev/fuse
                mounts:
                - hostPath: %s
                  containerPath: /specs
                  options: [ro, nosuid, nodev, rbind, rprivate]
            - name: free
              annotations:
                org.mobyproject.buildkit.device.autoallow: true
              containerEdits:
                env: [FREE=yes]
            """;

    private static final String USES_ALL =
            "RUN --device=vendor.com/device=foo,required --device=vendor.com/device=none \\\n"
                    + " echo $DRIVER $FOO && : <> /dev/deep/foo && ls /specs && id -G && ! touch /specs/x && ! test -e /dev/fuse\n";

    private static final List<String> ALL_OF_IT = List.of("1 injected", "vendor.yaml", "0 4711");

    @BeforeEach
    void writeSpec() throws IOException {
        Needs.machine(Files.exists(Path.of("/dev/fuse")), "there is no /dev/fuse");
        Path specs = Files.createDirectory(temp.resolve("specs"));
        Files.writeString(specs.resolve("vendor.yaml"), SPEC.formatted(specs));
        jbuild.env("JBUILD_CDI_SPEC_DIRS", specs.toString()).withBusybox();
    }

    private Program.Result build(int status, String... flags) {
        String[] words = new String[flags.length + 4];
        System.arraycopy(flags, 0, words, 4, flags.length);
        words[0] = "build";
        words[1] = "--progress=plain";
        words[2] = "--tag=app";
        words[3] = ".";
        return jbuild.run(words).ended(status);
    }

    @Test
    void aStepGetsWhatIsAllowed() {
        write("Buildfile", "FROM busybox\nRUN touch /ran\n" + USES_ALL);
        assertThat(build(1).err())
                .contains("Buildfile:3")
                .contains("ERROR: device vendor.com/device=foo is requested by the build but not allowed")
                .contains("--allow device=vendor.com/device=foo")
                .doesNotContain("[2/3] RUN touch"); // nothing ran
        assertThat(build(0, "--allow=device=vendor.com/device=foo").err())
                .contains(ALL_OF_IT)
                .contains("optional device \"vendor.com/device=none\" is not registered");
        assertThat(whatIsLeft()).isEqualTo("/ran\n");
    }

    private String whatIsLeft() {
        return jbuild.run("run", "app", "sh", "-c", "ls -d /specs /dev/deep /ran 2>/dev/null")
                .out();
    }

    @Test
    void theResultIsKeptForTheDeviceAndWhatItsSpecSays() throws IOException {
        write("Buildfile", "FROM busybox\nRUN --device=vendor.com/device=free echo $FREE >/free\n");
        build(0);
        assertThat(build(0).err()).contains("CACHED");
        Path spec = temp.resolve("specs/vendor.yaml");
        Files.writeString(spec, Files.readString(spec).replace("FREE=yes", "FREE=more"));
        assertThat(build(0).err()).doesNotContain("CACHED");
        assertThat(jbuild.run("run", "app", "cat", "/free").out()).isEqualTo("more\n");
        assertThat(jbuild.run("why").succeeded().out())
                .contains("of its devices added: env FREE=more", "of its devices removed: env FREE=yes");
        assertThat(jbuild.run("plan", ".").succeeded().out()).contains("CACHED");
        Files.delete(spec);
        assertThat(build(0).err()).doesNotContain("CACHED");
        assertThat(jbuild.run("run", "app", "cat", "/free").out()).isEqualTo("\n");
    }

    @Test
    void whatIsMissingIsToldBeforeAnythingRuns() throws IOException {
        Files.writeString(temp.resolve("specs/bad.json"), "{\"cdiVersion\": \"1.0.0\", \"kind\": \"x\"}");
        write("Buildfile", "FROM busybox\nRUN --device=vendor.com/device=none,required true\n");
        assertThat(build(1, "--allow=device").err())
                .contains("Buildfile:2")
                .contains("ERROR: required device \"vendor.com/device=none\" is not registered")
                .contains("CDI specs are looked for in " + temp.resolve("specs"))
                .contains("there are: vendor.com/device=foo, vendor.com/device=free")
                .contains("bad.json: kind \"x\" is no vendor and class");
        assertThat(build(1, "--allow=device", "--cdi-spec-dir=elsewhere").err())
                .contains("CDI specs are looked for in " + work().resolve("elsewhere"))
                .contains("no device is there");
        assertThat(jbuild.run("doctor").out())
                .contains("devices for --device (vendor.com/device=foo, vendor.com/device=free)")
                .contains("hint: " + temp.resolve("specs/bad.json"));
    }

    @Test
    void otherWaysToRunStepsGiveThemToo() {
        write("Buildfile", "FROM busybox\n" + USES_ALL);
        for (String way : List.of("--userns=auto", "--runtime=crun", "--runtime=runc")) {
            assertThat(build(0, "--no-cache", "--allow=device", way).err())
                    .as(way)
                    .contains(ALL_OF_IT);
        }
        // What is mounted elsewhere is a copy here.
        write("Buildfile", "FROM busybox\n" + USES_ALL.replace("! touch /specs/x", "true"));
        assertThat(build(0, "--allow=device", "--isolation=chroot").err()).contains(ALL_OF_IT);
        assertThat(whatIsLeft()).isEmpty();
    }

    @Test
    void hooksAreRunByRuntimes() throws IOException {
        Path hook = Files.writeString(
                temp.resolve("hook"), "#!/bin/sh\ncat >/dev/null\necho \"$1 $A\" >>'" + temp.resolve("hooked") + "'\n");
        Program.shell("chmod 755 '" + hook + "'");
        Files.writeString(
                temp.resolve("specs/hooks.yaml"),
                "cdiVersion: 0.5.0\nkind: hook.com/device\ndevices:\n- name: x\n  containerEdits:\n    hooks:\n"
                        + "    - {hookName: createContainer, path: " + hook + ", args: [hook, arg], env: [A=b]}\n");
        write("Buildfile", "FROM busybox\nRUN --device=hook.com/device echo ran\n");
        assertThat(build(1, "--allow=device").err())
                .contains("Buildfile:2")
                .contains("comes with the hook " + hook + " (createContainer)")
                .contains("--runtime=runc or --runtime=crun");
        for (String runtime : List.of("runc", "crun")) {
            build(0, "--no-cache", "--allow=device", "--runtime=" + runtime);
            assertThat(temp.resolve("hooked")).hasContent("arg b");
            Files.delete(temp.resolve("hooked"));
        }
    }

    @Test
    void theCommandLineNamesDevicesToo() {
        String script = "echo $FOO; : <> /dev/x && : <> /dev/deep/foo && test ! -e /dev/fuse && echo opened";
        String[] devices = {"--device=/dev/fuse:/dev/x", "--device=vendor.com/device=foo"};
        for (String way : List.of("--init", "--userns=auto", "--runtime=crun")) {
            assertThat(jbuild.run("run", way, devices[0], devices[1], "busybox", "sh", "-c", script)
                            .succeeded()
                            .out())
                    .as(way)
                    .isEqualTo("injected\nopened\n");
        }
        assertThat(jbuild.run("run", "--device=/dev/no-such", "busybox", "true").err())
                .contains("--device /dev/no-such: there is no such device on this machine");
        write("Buildfile", "FROM busybox\nRUN " + script + "\n");
        assertThat(build(0, devices).err()).contains("injected", "opened");
    }

    @Test
    void aContainerInTheBackgroundKeepsThem() {
        jbuild.run("run", "-d", "--name=holder", "--device=/dev/fuse", "busybox", "sleep", "1000")
                .succeeded();
        try {
            jbuild.run("exec", "holder", "sh", "-c", ": <> /dev/fuse").succeeded();
            assertThat(jbuild.run("exec", "holder", "sh", "-c", "mknod /dev/l c 10 237 && : < /dev/l")
                            .status())
                    .isNotZero();
        } finally {
            jbuild.run("rm", "-f", "holder").succeeded();
        }
    }

    @Test
    void usersAreShownThoseOfTheMachineThatTheyMayOpen() throws IOException {
        boolean installed = Program.shell("command -v newuidmap || true").length > 0;
        Needs.machine(installed, "newuidmap is not installed; the package uidmap has it");
        byte[] base = jbuild.run("save", "busybox").succeeded().bytes();
        Program user = new TestUser(Files.createDirectory(temp.resolve("user")), "alice", 1500, "alice:200000:65536\n")
                .program();
        Path context = Files.createDirectory(temp.resolve("context"));
        Files.writeString(context.resolve("Buildfile"), "FROM busybox\n" + USES_ALL);
        Program.shell("chmod 755 '" + temp + "' '" + temp + "'/[cs]*; chmod 644 '" + temp + "'/[cs]*/*");
        user.env("JBUILD_CDI_SPEC_DIRS", temp.resolve("specs").toString());
        user.run(base, "load").succeeded();
        String[] build = {"build", "--no-cache", "--progress=plain", "--allow=device", context.toString(), ""};
        for (String way : List.of("--jobs=1", "--runtime=crun", "--runtime=runc", "--storage-driver=vfs")) {
            build[5] = way;
            assertThat(user.run(build).succeeded().err()).as(way).contains(ALL_OF_IT);
        }
        Files.writeString(
                temp.resolve("specs/made.yaml"),
                "cdiVersion: 0.5.0\nkind: made.com/device\ndevices:\n- name: x\n  containerEdits:\n    deviceNodes:\n"
                        + "    - {path: /dev/made, type: b, major: 240, minor: 5}\n"
                        + "- name: held\n  containerEdits:\n    deviceNodes: [{path: /dev/fuse, permissions: r}]\n");
        assertThat(user.run("run", "--device=made.com/device=x", "busybox", "true")
                        .err())
                .contains("the device /dev/made can't be made, as this is not root");
        assertThat(user.run("run", "--device=made.com/device=held", "busybox", "true")
                        .err())
                .contains("with the permissions \"r\" alone, which can't be held here");
    }
}
