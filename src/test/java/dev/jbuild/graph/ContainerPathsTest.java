package dev.jbuild.graph;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerPathsTest {
    @ParameterizedTest
    @CsvSource({
        "/work, '', /work/",
        "/work, ., /work/",
        "/work, ./, /work/",
        "/, ., /",
        "/work, x, /work/x",
        "/work, x/, /work/x/",
        "/work, x/., /work/x/.",
        "/work, ../x, /x",
        "/work, ../../../x/, /x/",
        "/work, /x//y, /x/y",
        "/work, /x/y/, /x/y/",
        "/work, /x/., /x/.",
        "/work, /link/.., /",
        "/work, /link/../x/, /x/",
        "work, x, /work/x",
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
