package dev.jbuild.sandbox.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.problem.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceInventoryTest {
    @TempDir
    Path base;

    private Path first;
    private Path second;

    @BeforeEach
    void makeDirectories() throws IOException {
        first = Files.createDirectory(base.resolve("first"));
        second = Files.createDirectory(base.resolve("second"));
    }

    /** Devices are written as {@code name} or {@code name:class}. */
    static void spec(Path file, String kind, String... devices) throws IOException {
        StringBuilder yaml = new StringBuilder("cdiVersion: 0.6.0\nkind: " + kind + "\ndevices:\n");
        for (String device : devices) {
            String[] parts = device.split(":");
            yaml.append("- name: ").append(parts[0]).append('\n');
            if (parts.length > 1) {
                yaml.append("  annotations: {org.mobyproject.buildkit.device.class: ")
                        .append(parts[1])
                        .append("}\n");
            }
            yaml.append("  containerEdits: {env: [FROM=")
                    .append(file.getFileName())
                    .append("]}\n");
        }
        Files.writeString(file, yaml);
    }

    private DeviceInventory inventory() {
        return DeviceInventory.read(List.of(first, base.resolve("missing"), second));
    }

    private List<String> found(String name) throws UserError {
        return inventory().find(name).stream().map(CdiDevice::qualifiedName).toList();
    }

    @Test
    void namesStandForWhatTheyDoForBuildKit() throws Exception {
        spec(first.resolve("one.yaml"), "vendor1.com/device", "foo");
        spec(first.resolve("multi.yaml"), "vendor1.com/devicemulti", "foo", "bar", "baz:class1", "qux:class2");
        spec(second.resolve("class.yaml"), "vendor1.com/deviceclass", "foo:class1", "bar:class1");
        assertThat(found("vendor1.com/device=foo")).containsExactly("vendor1.com/device=foo");
        assertThat(found("vendor1.com/devicemulti")).containsExactly("vendor1.com/devicemulti=bar");
        assertThat(found("vendor1.com/devicemulti=*"))
                .containsExactlyInAnyOrder(
                        "vendor1.com/devicemulti=foo",
                        "vendor1.com/devicemulti=bar",
                        "vendor1.com/devicemulti=baz",
                        "vendor1.com/devicemulti=qux");
        assertThat(found("class1"))
                .containsExactlyInAnyOrder(
                        "vendor1.com/deviceclass=foo", "vendor1.com/deviceclass=bar", "vendor1.com/devicemulti=baz");
        for (String none :
                List.of("vendor1.com/device=unknown", "vendor1.com/dev", "unknown", "/dev/null", "a=b", "")) {
            assertThat(found(none)).as(none).isEmpty();
        }
    }

    @Test
    void laterDirectoriesGoBeforeEarlierOnes() throws Exception {
        spec(first.resolve("old.yaml"), "a/b", "x", "y");
        spec(second.resolve("new.yaml"), "a/b", "x");
        assertThat(inventory().find("a/b=x").get(0).edits().env()).containsExactly("FROM=new.yaml");
        assertThat(inventory().find("a/b=y").get(0).edits().env()).containsExactly("FROM=old.yaml");
    }

    @Test
    void twoFilesOfADirectoryMustNotDescribeTheSame() throws Exception {
        spec(first.resolve("one.yaml"), "a/b", "x", "y");
        spec(first.resolve("two.yaml"), "a/b", "x");
        for (String name : List.of("a/b=x", "a/b=*")) {
            assertThatThrownBy(() -> found(name))
                    .isInstanceOf(UserError.class)
                    .hasMessage("device \"a/b=x\" is in several CDI specs: " + first.resolve("one.yaml") + ", "
                            + first.resolve("two.yaml"));
        }
        assertThat(found("a/b")).containsExactly("a/b=y");
        assertThat(inventory().problems()).hasSize(1);
        spec(second.resolve("three.yaml"), "a/b", "x");
        assertThat(inventory().find("a/b=x").get(0).edits().env()).containsExactly("FROM=three.yaml");
        assertThat(inventory().problems()).isEmpty();
    }

    @Test
    void badFilesAreToldAndLeftOut() throws Exception {
        spec(first.resolve("good.yaml"), "a/b", "x");
        Files.writeString(first.resolve("bad.json"), "{\"cdiVersion\": \"1.0.0\", \"kind\": \"a\"}");
        spec(second.resolve("other.yml"), "a/b", "z");
        Files.createDirectory(second.resolve("directory.yaml"));
        Files.writeString(second.resolve("README"), "nothing");
        assertThat(inventory().devices()).hasSize(1);
        assertThat(inventory().problems())
                .containsExactly(
                        first.resolve("bad.json") + ": kind \"a\" is no vendor and class, such as vendor.com/class",
                        second.resolve("other.yml") + " is left out: the name of a spec ends with .json or .yaml");
        assertThat(inventory().hints().get(0)).contains(first.toString(), second.toString(), "--cdi-spec-dir");
        assertThat(inventory().hints().get(1)).isEqualTo("there are: a/b=x");
        assertThat(inventory().hints()).containsAll(inventory().problems());
    }
}
