package dev.jbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamespaceAdviceTest {
    @TempDir
    Path settings;

    private void set(String name, String value) throws IOException {
        Path file = settings.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, value + "\n");
    }

    private List<String> on(Entered.Kind kind, String reason) {
        return new NamespaceAdvice(settings, Path.of("/srv/jbuild")).on(new Entered(kind, reason));
    }

    @Test
    void nothingIsBetterThanRootOrRanges() {
        assertThat(on(Entered.Kind.NOT_NEEDED, "")).isEmpty();
        assertThat(on(Entered.Kind.RANGES, "")).isEmpty();
    }

    @Test
    void rangesComeFromLinesAndPrograms() {
        assertThat(on(Entered.Kind.SINGLE, "/etc/subuid has no range for bob (1501)"))
                .singleElement()
                .asString()
                .contains("usermod --add-subuids");
        assertThat(on(Entered.Kind.SINGLE, "newuidmap failed: it is not installed"))
                .singleElement()
                .asString()
                .contains("apt-get install uidmap");
        assertThat(on(Entered.Kind.SINGLE, "newuidmap failed: write to uid_map failed: Operation not permitted"))
                .singleElement()
                .asString()
                .contains("setuid root");
    }

    @Test
    void whatForbidsNamespacesIsNamed() throws IOException {
        set("user/max_user_namespaces", "0");
        set("kernel/unprivileged_userns_clone", "0");
        set("kernel/apparmor_restrict_unprivileged_userns", "1");
        assertThat(on(Entered.Kind.NOTHING, "unshare"))
                .satisfiesExactly(
                        first -> assertThat(first).endsWith("sysctl user.max_user_namespaces=15000"),
                        second -> assertThat(second).endsWith("sysctl kernel.unprivileged_userns_clone=1"),
                        third -> assertThat(third)
                                .contains("sed 's#/opt/jbuild#/srv/jbuild#' /srv/jbuild/share/apparmor/jbuild"));
    }

    @Test
    void otherwiseAContainersFilterIsSuspected() throws IOException {
        set("user/max_user_namespaces", "1000");
        set("kernel/apparmor_restrict_unprivileged_userns", "0");
        assertThat(on(Entered.Kind.NOTHING, "unshare"))
                .singleElement()
                .asString()
                .contains("seccomp");
    }
}
