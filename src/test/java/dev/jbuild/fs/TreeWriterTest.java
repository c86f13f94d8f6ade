package dev.jbuild.fs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.sys.Fd;
import dev.jbuild.sys.Linux;
import dev.jbuild.sys.RawPath;
import dev.jbuild.sys.Stat;
import dev.jbuild.sys.SyscallException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeWriterTest {
    @TempDir
    Path directory;

    @Test
    @Tag("kernel")
    void metadataIsReadBackAsItWasWritten() throws Exception {
        NavigableMap<String, String> capability = new TreeMap<>();
        capability.put("security.capability", "\u0001\0\0\u0002\0\u0020\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
        Metadata file = new Metadata(Metadata.Kind.FILE, 04755, 5, 70000, 1, 2, "", 0, 0, capability);
        Metadata closed = metadata(Metadata.Kind.DIRECTORY, 0500, "");
        Metadata link = metadata(Metadata.Kind.SYMLINK, 0777, "target");
        Metadata device =
                new Metadata(Metadata.Kind.BLOCK_DEVICE, 0640, 0, 6, 3, 4, "", 8, 1, Collections.emptyNavigableMap());
        try (TreeWriter writer = TreeWriter.open(directory, TreeWriter.Ownership.KEEP)) {
            writer.directory(RawPath.of("d"), closed);
            writer.file(RawPath.of("d/f"), file, text("content"));
            writer.special(RawPath.of("d/s"), link);
            writer.special(RawPath.of("d/b"), device);
            writer.hardLink(RawPath.of("h"), RawPath.of("d/f"));
            writer.whiteout(RawPath.of("gone"));
            writer.opaque(RawPath.of("d"));
            writer.finish();
        }
        try (Fd dir = Linux.openDirectory(directory)) {
            assertThat(Metadata.read(dir, RawPath.of("d/f"))).isEqualTo(file);
            assertThat(Metadata.read(dir, RawPath.of("d/s"))).isEqualTo(link);
            assertThat(Metadata.read(dir, RawPath.of("d/b"))).isEqualTo(device);
            assertThat(Linux.lstat(dir, RawPath.of("h")).links()).isEqualTo(2);
            Metadata made = Metadata.read(dir, RawPath.of("d"));
            assertThat(made.xattrs())
                    .containsOnlyKeys(OverlayXattrs.ofThisProcess().opaque());
            assertThat(made.mode()).isEqualTo(0500);
            assertThat(made.mtimeSeconds()).isEqualTo(closed.mtimeSeconds());
            Stat gone = Linux.lstat(dir, RawPath.of("gone"));
            assertThat(gone.type()).isEqualTo(Stat.CHARACTER_DEVICE);
            assertThat(gone.deviceMajor() + gone.deviceMinor()).isZero();
        }
    }

    @Test
    void neverWritesThroughASymlink() throws Exception {
        Path outside = Files.createDirectories(directory.resolve("outside"));
        Path root = Files.createDirectories(directory.resolve("root"));
        Files.createSymbolicLink(root.resolve("link"), outside);
        Files.createSymbolicLink(root.resolve("file"), outside.resolve("new"));
        try (TreeWriter writer = TreeWriter.open(root, TreeWriter.Ownership.OF_CALLER)) {
            assertThatThrownBy(() -> writer.file(RawPath.of("link/f"), plainFile(), text("x")))
                    .isInstanceOf(SyscallException.class);
            assertThatThrownBy(() -> writer.file(RawPath.of("../outside/f"), plainFile(), text("x")))
                    .isInstanceOf(SyscallException.class);
            writer.file(RawPath.of("file"), plainFile(), text("x"));
            writer.finish();
        }
        assertThat(outside).isEmptyDirectory();
        assertThat(root.resolve("file")).hasContent("x").isRegularFile();
    }

    @Test
    void anEntryReplacesWhatIsThereButDirectoriesMerge() throws Exception {
        try (TreeWriter writer = TreeWriter.open(directory, TreeWriter.Ownership.OF_CALLER)) {
            writer.parents(RawPath.of("a/b/c"));
            writer.file(RawPath.of("a/b/c"), plainFile(), text("1"));
            writer.directory(RawPath.of("a"), metadata(Metadata.Kind.DIRECTORY, 0711, ""));
            writer.file(RawPath.of("a/b"), plainFile(), text("2"));
            writer.directory(RawPath.of("x"), Metadata.plainDirectory());
            writer.special(RawPath.of("x"), metadata(Metadata.Kind.SYMLINK, 0777, "a"));
            writer.parents(RawPath.of("x/y"));
            writer.finish();
        }
        assertThat(directory.resolve("a/b")).hasContent("2");
        assertThat(directory.resolve("x")).isDirectory();
        assertThat(Files.isSymbolicLink(directory.resolve("x"))).isFalse();
        try (Fd dir = Linux.openDirectory(directory)) {
            assertThat(Linux.lstat(dir, RawPath.of("a")).permissions()).isEqualTo(0711);
        }
    }

    @Test
    void blocksOfZerosTakeNoRoom() throws Exception {
        byte[] sparse = new byte[1 << 20];
        sparse[700_000] = 1;
        try (TreeWriter writer = TreeWriter.open(directory, TreeWriter.Ownership.OF_CALLER)) {
            writer.file(RawPath.of("s"), plainFile(), new ByteArrayInputStream(sparse));
            try (Fd dir = Linux.openDirectory(directory);
                    Fd from = Linux.openat(dir, RawPath.of("s"), Linux.O_RDONLY, 0)) {
                writer.file(RawPath.of("copy"), plainFile(), from);
                assertThat(Linux.lstat(dir, RawPath.of("s")).blocks()).isLessThan(1 << 10);
            }
        }
        assertThat(Files.readAllBytes(directory.resolve("s"))).isEqualTo(sparse);
        assertThat(Files.readAllBytes(directory.resolve("copy"))).isEqualTo(sparse);
    }

    @Test
    void filesThatSayTheyAreEmptyAreCopiedByReading() throws IOException {
        try (TreeWriter writer = TreeWriter.open(directory, TreeWriter.Ownership.OF_CALLER);
                Fd from = Linux.open(Path.of("/proc/self/status"), Linux.O_RDONLY, 0)) {
            writer.file(RawPath.of("copy"), plainFile(), from);
        }
        assertThat(directory.resolve("copy")).isNotEmptyFile();
    }

    private static Metadata plainFile() {
        return metadata(Metadata.Kind.FILE, 0644, "");
    }

    private static Metadata metadata(Metadata.Kind kind, int mode, String target) {
        return new Metadata(kind, mode, 0, 0, 1_500_000_000, 7, target, 0, 0, Collections.emptyNavigableMap());
    }

    private static InputStream text(String text) {
        return new ByteArrayInputStream(text.getBytes(UTF_8));
    }
}
