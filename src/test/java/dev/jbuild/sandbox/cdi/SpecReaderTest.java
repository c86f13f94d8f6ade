package dev.jbuild.sandbox.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.sandbox.Hook;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpecReaderTest {
    private static final String ALL = """
            ---
            cdiVersion: 0.7.0
            kind: vendor.com/gpu
            annotations:
              org.mobyproject.buildkit.device.autoallow: true
              org.mobyproject.buildkit.device.class: everything
            containerEdits:
              env: [DRIVER=550]
            devices:
            - name: "0"
              annotations:
                org.mobyproject.buildkit.device.class: first
              containerEdits:
                env: [GPU=0, EMPTY=]
                additionalGIDs: [44, 0, 4294967294]
                deviceNodes:
                - path: /dev/gpu0
                - path: /dev/ctl
                  hostPath: /dev/host-ctl
                  type: c
                  major: 195
                  minor: 0xff
                  fileMode: 0640
                  permissions: rw
                  uid: 1
                  gid: 2
                - {path: /dev/nobody, permissions: none}
                mounts:
                - hostPath: /usr/lib/libgpu.so
                  containerPath: /usr/lib/libgpu.so
                  options: [ro, bind]
                - {hostPath: tmpfs, containerPath: /scratch, type: tmpfs}
                hooks:
                - hookName: createContainer
                  path: /usr/bin/hook
                  args: [hook, links]
                  env: [A=b]
                  timeout: 5
                intelRdt: {closID: x}
            - name: 2024-01-01
              containerEdits: {env: [A=1]}
            """;

    private static List<CdiDevice> read(String file, String text) throws MalformedSpec {
        return SpecReader.read(Path.of(file), text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void allThatASpecCanSay() throws Exception {
        List<CdiDevice> devices = read("/etc/cdi/a.yaml", ALL);
        assertThat(devices.stream().map(CdiDevice::qualifiedName))
                .containsExactly("vendor.com/gpu=0", "vendor.com/gpu=2024-01-01");
        CdiDevice first = devices.get(0);
        assertThat(first.isAutoAllowed()).isTrue();
        assertThat(first.isOfClass("first")).isTrue();
        assertThat(first.isOfClass("everything")).isFalse();
        assertThat(devices.get(1).isOfClass("everything")).isTrue();
        assertThat(first.spec().edits().env()).containsExactly("DRIVER=550");
        ContainerEdits edits = first.edits();
        assertThat(edits.env()).containsExactly("GPU=0", "EMPTY=");
        assertThat(edits.groups()).containsExactly(44L, 4294967294L);
        assertThat(edits.nodes())
                .containsExactly(
                        node("/dev/gpu0", "rwm"),
                        new DeviceNode(
                                "/dev/ctl",
                                "/dev/host-ctl",
                                "c",
                                195,
                                255,
                                OptionalLong.of(0640),
                                "rw",
                                OptionalLong.of(1),
                                OptionalLong.of(2)),
                        node("/dev/nobody", ""));
        assertThat(edits.mounts())
                .containsExactly(
                        new HostMount("/usr/lib/libgpu.so", "/usr/lib/libgpu.so", "", List.of("ro", "bind")),
                        new HostMount("tmpfs", "/scratch", "tmpfs", List.of()));
        assertThat(edits.hooks())
                .containsExactly(new Hook(
                        "createContainer",
                        "/usr/bin/hook",
                        List.of("hook", "links"),
                        List.of("A=b"),
                        OptionalLong.of(5)));
        assertThat(edits.unsupported()).containsExactly("intelRdt");
    }

    private static DeviceNode node(String path, String access) {
        return new DeviceNode(
                path, path, "", 0, 0, OptionalLong.empty(), access, OptionalLong.empty(), OptionalLong.empty());
    }

    @Test
    void jsonSaysTheSame() throws Exception {
        String json = """
                {"cdiVersion": "v0.3.0", "kind": "a/b", "containerEdits": {}, "devices":
                  [{"name": "x", "containerEdits": {"env": ["A=1"], "mounts": null}}]}
                """;
        String yaml = "cdiVersion: 0.3.0\nkind: a/b\ndevices: [{name: x, containerEdits: {env: [A=1]}}]\n";
        assertThat(read("/d/a.json", json).get(0).edits())
                .isEqualTo(read("/d/a.yaml", yaml).get(0).edits());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "env: [A]|devices[0].containerEdits.env[0] is no NAME=VALUE: \"A\"",
                "env: A=1|devices[0].containerEdits.env is no list",
                "env: [[A=1]]|devices[0].containerEdits.env[0] is no text",
                "enw: [A=1]|devices[0].containerEdits.enw is unknown",
                "deviceNodes: [{path: dev/x}]|devices[0].containerEdits.deviceNodes[0].path \"dev/x\" is not absolute",
                "deviceNodes: [{hostPath: /dev/x}]|devices[0].containerEdits.deviceNodes[0].path is missing",
                "deviceNodes: [{path: /x, type: d}]|devices[0].containerEdits.deviceNodes[0].type \"d\" is unknown",
                "deviceNodes: [{path: /x, permissions: x}]|deviceNodes[0].permissions \"x\" is neither",
                "deviceNodes: [{path: /x, major: -1}]|deviceNodes[0].major is no whole number from 0 to 2147483647",
                "deviceNodes: [{path: /x, minor: 1.5}]|deviceNodes[0].minor is no whole number",
                "deviceNodes: [{path: /x, Path: /y}]|deviceNodes[0].Path is there twice",
                "mounts: [{hostPath: /x}]|devices[0].containerEdits.mounts[0].containerPath is missing",
                "mounts: [/x]|devices[0].containerEdits.mounts[0] is no object",
                "hooks: [{hookName: never, path: /x}]|hooks[0].hookName \"never\" is unknown: known are createContainer",
                "hooks: [{hookName: prestart, path: x}]|hooks[0].path \"x\" is not absolute",
                "additionalGids: [-1]|devices[0].containerEdits.additionalGids[0] is no whole number",
                "netDevices: [{name: a}]|devices[0].containerEdits.netDevices needs cdiVersion 1.1.0 or later, not 1.0.0",
                "{}|devices[0].containerEdits says nothing",
            })
    void editsThatCannotBe(String edits, String problem) {
        String text = edits.equals("{}") ? edits : "{" + edits + "}";
        assertThatThrownBy(() -> read(
                        "/d/a.yaml",
                        "cdiVersion: 1.0.0\nkind: a/b\ndevices: [{name: x, containerEdits: " + text + "}]"))
                .isInstanceOf(MalformedSpec.class)
                .hasMessageContaining(problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kind: a/b|cdiVersion is missing",
                "cdiVersion: 2.0.0|cdiVersion \"2.0.0\" is unknown",
                "cdiVersion: 1.0.0|kind is missing",
                "{cdiVersion: 1.0.0, kind: gpu}|kind \"gpu\" is no vendor and class",
                "{cdiVersion: 1.0.0, kind: a/b/c}|kind \"a/b/c\" is no vendor and class",
                "{cdiVersion: 0.5.0, kind: a/b.c}|kind \"a/b.c\", whose class has a dot, needs cdiVersion 0.6.0",
                "{cdiVersion: 1.0.0, kind: a/b}|devices has none",
                "{cdiVersion: 1.0.0, kind: a/b, devices: {}}|devices is no list",
                "{cdiVersion: 1.0.0, kind: a/b, devices: [{name: 'a b'}]}|devices[0].name \"a b\" is no name",
                "{cdiVersion: 0.4.0, kind: a/b, devices: [{name: 1a}]}|devices[0].name \"1a\", which begins with a digit",
                "{cdiVersion: 1.0.0, kind: a/b, annotations: {'a b': c}}|annotations has \"a b\"",
                "{cdiVersion: 0.5.0, kind: a/b, annotations: {a: c}}|annotations needs cdiVersion 0.6.0 or later",
                "{cdiVersion: 1.0.0, kind: a/b, annotations: [a]}|annotations is no object",
                "[]|the spec is no object",
                "'{cdiVersion: 1.0.0'|it is no YAML in line 1",
                "{a: 1, a: 2}|it is no YAML in line 1, column 8: found duplicate key a",
                "!!java.net.URL [x]|it is no YAML in line 1",
            })
    void specsThatCannotBe(String text, String problem) {
        String unquoted = text.startsWith("'") ? text.substring(1) : text;
        assertThatThrownBy(() -> read("/d/a.yaml", unquoted))
                .isInstanceOf(MalformedSpec.class)
                .hasMessageContaining(problem);
    }

    @Test
    void devicesHaveNamesOfTheirOwn() {
        String device = "{name: x, containerEdits: {env: [A=1]}}";
        assertThatThrownBy(() ->
                        read("/d/a.yaml", "cdiVersion: 1.0.0\nkind: a/b\ndevices: [" + device + ", " + device + "]"))
                .hasMessage("two of the devices are called x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{} {}", "{\"kind\": 1, \"kind\": 2}", "kind: a/b", "null", "[1]"})
    void jsonThatIsNone(String text) {
        assertThatThrownBy(() -> read("/d/a.json", text)).isInstanceOf(MalformedSpec.class);
    }
}
