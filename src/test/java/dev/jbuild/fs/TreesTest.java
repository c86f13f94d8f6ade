package dev.jbuild.fs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.sys.HostPaths;
import dev.jbuild.sys.RawPath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreesTest {
    @TempDir
    Path directory;

    @Test
    void deletesOddNamesAndModesAndNotWhatLinksLeadTo() throws Exception {
        Path outside = Files.createDirectories(directory.resolve("outside"));
        Files.writeString(outside.resolve("kept"), "kept");
        Path tree = Files.createDirectories(directory.resolve("tree"));
        Files.createDirectories(HostPaths.resolve(tree, RawPath.of(new byte[] {'a', '/', (byte) 0xff, '/', '\n'})));
        Files.createSymbolicLink(tree.resolve("a/link"), outside);
        Files.createDirectories(tree.resolve("closed/in"));
        Files.setPosixFilePermissions(tree.resolve("closed"), PosixFilePermissions.fromString("---------"));

        Trees.deleteRecursively(tree);

        assertThat(tree).doesNotExist();
        assertThat(outside.resolve("kept")).exists();
    }

    @Test
    void aLinkIsDeletedItself() throws Exception {
        Path outside = Files.createDirectories(directory.resolve("outside"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), outside);

        Trees.deleteRecursively(link);

        assertThat(Files.isSymbolicLink(link)).isFalse();
        assertThat(outside).exists();
    }

    @Test
    void nothingThereIsNoError() throws Exception {
        Trees.deleteRecursively(directory.resolve("absent"));
    }

    @Test
    void deepTreesGo() throws Exception {
        Path tree = directory.resolve("deep");
        Path at = tree;
        for (int i = 0; i < 400; i++) {
            at = at.resolve("dir");
        }
        Files.createDirectories(at);

        Trees.deleteRecursively(tree);

        assertThat(tree).doesNotExist();
    }
}
