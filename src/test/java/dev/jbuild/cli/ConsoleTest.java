package dev.jbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.problem.UsageError;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConsoleTest {
    @Test
    void theUsersLocaleIsHandedOn() {
        assertThat(Console.userEnvironment(Map.of("LC_ALL", "C.UTF-8", "JBUILD_USER_LC_ALL", "de_DE")))
                .isEqualTo(Map.of("LC_ALL", "de_DE"));
        assertThat(Console.userEnvironment(Map.of("LC_ALL", "C.UTF-8", "A", "b")))
                .isEqualTo(Map.of("A", "b"));
    }

    @Test
    void progressIsRedrawnOnlyWhereSomebodyWatches() throws UsageError {
        assertThat(kind(new TestConsole().terminals("012").env("TERM", "xterm")))
                .isEqualTo(ProgressViews.Kind.TTY);
        assertThat(kind(new TestConsole().terminals("01").env("TERM", "xterm"))).isEqualTo(ProgressViews.Kind.PLAIN);
        assertThat(kind(new TestConsole().terminals("2").env("TERM", "dumb"))).isEqualTo(ProgressViews.Kind.PLAIN);
        assertThat(kind(new TestConsole().terminals("2").env("TERM", "xterm").env("CI", "true")))
                .isEqualTo(ProgressViews.Kind.PLAIN);
        assertThat(kind(new TestConsole().env("BUILDKIT_PROGRESS", "rawjson").env("JBUILD_PROGRESS", "quiet")))
                .isEqualTo(ProgressViews.Kind.QUIET);
        assertThatThrownBy(() -> kind(new TestConsole().env("JBUILD_PROGRESS", "x")))
                .hasMessageContaining("JBUILD_PROGRESS");
    }

    private static ProgressViews.Kind kind(TestConsole console) throws UsageError {
        return new ProgressViews(console.console(), false).kind(false, null);
    }

    @Test
    void thereIsNoColourWhereItIsNotWanted() {
        assertThat(new TestConsole()
                        .terminals("2")
                        .env("TERM", "xterm")
                        .console()
                        .colour())
                .isTrue();
        assertThat(new TestConsole()
                        .terminals("2")
                        .env("NO_COLOR", "1")
                        .console()
                        .colour())
                .isFalse();
        assertThat(new TestConsole().console().colour()).isFalse();
    }

    @Test
    void theStoreIsWhereTheUserSays() {
        assertThat(invocation(new TestConsole().env("JBUILD_ROOT", "/a")).root())
                .isEqualTo(Path.of("/a"));
        assertThat(invocation(new TestConsole().env("XDG_DATA_HOME", "/d")).defaultRoot(false))
                .isEqualTo(Path.of("/d/jbuild"));
        assertThat(invocation(new TestConsole().env("HOME", "/h")).defaultRoot(false))
                .isEqualTo(Path.of("/h/.local/share/jbuild"));
        assertThat(invocation(new TestConsole()).defaultRoot(true)).isEqualTo(Path.of("/var/lib/jbuild"));
    }

    @Test
    void rootOfANamespaceIsAUser() {
        TestConsole console = new TestConsole().env("HOME", "/h").env("JBUILD_ENTERED", "ranges");
        assertThat(invocation(console).root()).isEqualTo(Path.of("/h/.local/share/jbuild"));
    }

    @Test
    void credentialsAreLookedUpInTheUsualPlaces() {
        TestConsole console = new TestConsole()
                .env("REGISTRY_AUTH_FILE", "/auth")
                .env("XDG_RUNTIME_DIR", "/run/user/1")
                .env("HOME", "/h");
        assertThat(invocation(console).authFiles())
                .containsExactly(
                        Path.of("/auth"),
                        Path.of("/run/user/1/containers/auth.json"),
                        Path.of("/h/.docker/config.json"));
        assertThat(invocation(new TestConsole().env("DOCKER_CONFIG", "/c")).credentialFile())
                .isEqualTo(Path.of("/c/config.json"));
    }

    private static Invocation invocation(TestConsole console) {
        return new Invocation(console.console(), new GlobalOptions(), "jbuild version");
    }
}
