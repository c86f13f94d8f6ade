package dev.jbuild.graph;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerPathsTest {
    @ParameterizedTest
    @CsvSource({
        "/app, '', /app/",
        "/app, ., /app/",
        "/app, ./, /app/",
        "/, ., /",
        "/app, x, /app/x",
        "/app, x/, /app/x/",
        "/app, x/., /app/x/.",
        "/app, ../x, /x",
        "/app, ../../../x/, /x/",
        "/app, /x//y, /x/y",
        "/app, /x/y/, /x/y/",
        "/app, /x/., /x/.",
        "/app, /link/.., /",
        "/app, /link/../x/, /x/",
        "app, x, /app/x",
    })
    void destinationsAreCleanedBeforeAnySymlinkIsFollowed(String directory, String path, String resolved) {
        assertThat(ContainerPaths.resolveDestination(directory, path)).isEqualTo(resolved);
    }

    @ParameterizedTest
    @CsvSource({"/, /", "/a/./b/, /a/b", "/../a, /a", "a/.., .", "../a, ../a", "'', ."})
    void cleanedPathsMeanTheSame(String path, String cleaned) {
        assertThat(ContainerPaths.clean(path)).isEqualTo(cleaned);
    }
}
