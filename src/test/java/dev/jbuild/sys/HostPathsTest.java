package dev.jbuild.sys;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostPathsTest {
    @TempDir
    Path directory;

    @Test
    void bytesThatAreNotTextGoThroughThePathAndTheFileSystem() throws Exception {
        RawPath raw = RawPath.of(new byte[] {'d', '/', (byte) 0xff, ' ', '%', '#', '?', '\n'});
        Path path = HostPaths.resolve(directory, raw);
        Files.createDirectories(path);

        assertThat(HostPaths.relativize(directory, path)).isEqualTo(raw);
        assertThat(HostPaths.fileName(path)).isEqualTo(raw.fileName());
        try (DirectoryStream<Path> listed = Files.newDirectoryStream(directory.resolve("d"))) {
            for (Path found : listed) {
                assertThat(HostPaths.fileName(found)).isEqualTo(raw.fileName());
            }
        }
        try (Fd dir = Linux.openDirectory(directory)) {
            assertThat(Linux.lstat(dir, raw).isDirectory()).isTrue();
        }
    }

    @Test
    void plainTextAndTheRoot() {
        assertThat(HostPaths.resolve(Path.of("/a"), RawPath.of("b/c"))).isEqualTo(Path.of("/a/b/c"));
        assertThat(HostPaths.resolve(Path.of("/a"), RawPath.ROOT)).isEqualTo(Path.of("/a"));
        assertThat(HostPaths.bytes(Path.of("/"))).containsExactly('/');
        assertThat(HostPaths.fileName(Path.of("/"))).isEqualTo(RawPath.ROOT);
        assertThat(HostPaths.bytes(Path.of("/a/é")))
                .isEqualTo("/a/é".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}
