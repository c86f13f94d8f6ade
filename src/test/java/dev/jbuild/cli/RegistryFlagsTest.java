package dev.jbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.problem.UsageError;
import dev.jbuild.registry.Credential;
import dev.jbuild.registry.RegistryOverrides;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class RegistryFlagsTest {
    private static final Console CONSOLE = new TestConsole().console();

    private static RegistryFlags flags(String... args) {
        return CommandLine.populateSpec(RegistryFlags.class, args);
    }

    @Test
    void withoutFlagsNothingIsOverridden() throws UsageError {
        assertThat(flags().overrides(CONSOLE)).isEqualTo(RegistryOverrides.NONE);
    }

    @Test
    void whatIsGivenCounts() throws UsageError {
        RegistryOverrides overrides = flags(
                        "--tls-verify=false", "--creds", "me:a:b", "--retry=0", "--retry-delay", "2s")
                .overrides(CONSOLE);
        assertThat(overrides.verifyTls()).isFalse();
        assertThat(overrides.credential()).contains(new Credential("me", "a:b"));
        assertThat(overrides.retries()).hasValue(0);
        assertThat(overrides.retryDelay()).contains(Duration.ofSeconds(2));
        assertThat(flags("--tls-verify").overrides(CONSOLE).verifyTls()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"500ms,PT0.5S", "3,PT3S", "2m,PT2M", "1h,PT1H"})
    void delays(String text, Duration delay) throws UsageError {
        assertThat(flags("--retry-delay", text).overrides(CONSOLE).retryDelay()).contains(delay);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--creds=me", "--creds=:x", "--creds=me:", "--retry=-1", "--retry=x", "--retry-delay=soon"})
    void whatCannotBeMeantIsRefused(String flag) {
        assertThatThrownBy(() -> flags(flag).overrides(CONSOLE))
                .isInstanceOf(UsageError.class)
                .hasMessageContaining(flag.replaceFirst("=.*", ""));
    }

    @Test
    void oneFileInPlaceOfTheUsual(@TempDir Path directory) throws UsageError, IOException {
        Console console = new TestConsole().in(directory).console();
        List<Path> usual = List.of(Path.of("/usual"));
        assertThat(flags().authFiles(console, usual)).isEqualTo(usual);
        assertThatThrownBy(() -> flags("--authfile", "auth.json").authFiles(console, usual))
                .hasMessageContaining("auth.json");
        Path file = Files.writeString(directory.resolve("auth.json"), "{}");
        assertThat(flags("--authfile", "auth.json").authFiles(console, usual)).containsExactly(file);
    }
}
