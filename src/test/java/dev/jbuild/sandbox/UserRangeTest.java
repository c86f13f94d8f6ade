package dev.jbuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.problem.EnvironmentError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserRangeTest {
    private static final UserRange USUAL = new UserRange(2147483648L, 2147483648L, 2147418112L);

    @TempDir
    Path directory;

    private UserRange of(String subuid, String subgid) throws IOException {
        return UserRange.of(
                Files.writeString(directory.resolve("subuid"), subuid),
                Files.writeString(directory.resolve("subgid"), subgid));
    }

    @Test
    void theUserContainersHasThem() throws IOException {
        assertThat(of("alice:100000:65536\ncontainers:500000:9000\n", "containers:600000:8000\n"))
                .isEqualTo(new UserRange(500000, 600000, 8000));
    }

    @Test
    void elseThereIsTheUpperHalf() throws IOException {
        assertThat(of("alice:100000:65536\n", "")).isEqualTo(USUAL);
        assertThat(of("containers:x:5\ncontainers:1\n", "containers:1:99999999999\n"))
                .isEqualTo(USUAL);
        assertThat(UserRange.of(directory.resolve("none"), directory.resolve("none")))
                .isEqualTo(USUAL);
    }

    @Test
    void moreThanThereAreAreRefused() {
        assertThatThrownBy(() -> new UserRange(1, 1, 10).addTo(new OpList(), new OwnUsers(11)))
                .isInstanceOf(EnvironmentError.class)
                .hasMessageContaining("--userns=auto:size=11 is more than the 10 users");
    }
}
