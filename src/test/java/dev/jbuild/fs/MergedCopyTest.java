package dev.jbuild.fs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.sys.Fd;
import dev.jbuild.sys.Linux;
import dev.jbuild.sys.RawPath;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("kernel")
class MergedCopyTest {
    @TempDir
    Path temp;

    private Path lower = Path.of("");
    private Path upper = Path.of("");
    private Path merged = Path.of("");

    @BeforeEach
    void makeLayers() throws IOException {
        lower = Files.createDirectory(temp.resolve("lower"));
        upper = Files.createDirectory(temp.resolve("upper"));
        merged = Files.createDirectory(temp.resolve("merged"));
        write(lower, "d/one", "lower one");
        write(lower, "d/two", "lower two");
        write(lower, "gone/x", "x");
        write(lower, "hidden/x", "x");
        write(lower, "file-then-directory", "x");
        Files.createLink(lower.resolve("d/linked"), lower.resolve("d/two"));
        Files.createSymbolicLink(lower.resolve("s"), Path.of("d/one"));
        write(upper, "d/one", "upper one");
        write(upper, "hidden/y", "y");
        write(upper, "file-then-directory/z", "z");
        try (TreeWriter writer = TreeWriter.open(upper, TreeWriter.Ownership.KEEP)) {
            writer.whiteout(RawPath.of("gone"));
            writer.opaque(RawPath.of("hidden"));
        }
    }

    private static void write(Path layer, String name, String text) throws IOException {
        Path file = layer.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void copy(String source, String destination) throws IOException {
        try (TreeWriter writer = TreeWriter.open(merged, TreeWriter.Ownership.KEEP)) {
            MergedCopy.copy(List.of(upper, lower), RawPath.of(source), writer, RawPath.of(destination));
            writer.finish();
        }
    }

    @Test
    void wholeTreesAreAsOverlayfsShowsThem() throws Exception {
        copy("", "");
        Path mount = Files.createDirectory(temp.resolve("mount"));
        String options = "lowerdir=" + upper + ":" + lower;
        run("mount", "-t", "overlay", "overlay", "-o", options, mount.toString());
        try {
            run("diff", "-r", "--no-dereference", mount.toString(), merged.toString());
        } finally {
            run("umount", mount.toString());
        }
        assertThat(merged.resolve("d/linked")).hasSameBinaryContentAs(merged.resolve("d/two"));
        assertThat(Files.getAttribute(merged.resolve("d/linked"), "unix:nlink")).isEqualTo(2);
        assertThat(Files.isSymbolicLink(merged.resolve("s"))).isTrue();
    }

    @Test
    void filesAndDirectoriesInThemToo() throws IOException {
        copy("d/one", "one");
        assertThat(merged.resolve("one")).hasContent("upper one");
        copy("d", "new");
        assertThat(merged.resolve("new/two")).hasContent("lower two");
        copy("hidden", "hidden");
        assertThat(merged.resolve("hidden/y")).exists();
        assertThat(merged.resolve("hidden/x")).doesNotExist();
        copy("gone", "gone");
        copy("gone/x", "gone");
        copy("nothing/there", "gone");
        assertThat(Files.exists(merged.resolve("gone"), LinkOption.NOFOLLOW_LINKS))
                .isFalse();
    }

    @Test
    void whatIsChangedIsMovedAsOverlayfsWouldHaveKeptIt() throws Exception {
        copy("", "");
        Files.createDirectory(merged.resolve("stub"));
        run("cp", "-a", merged.toString(), temp.resolve("unchanged").toString());
        Fd open = Linux.openDirectory(merged);
        TreeChanges changes = TreeChanges.since(open, Set.of(RawPath.of("stub/mounted")), Set.of(RawPath.of("stub")));
        write(merged, "stub/mounted/x", "x");
        write(merged, "d/new", "new");
        Files.writeString(merged.resolve("d/two"), "changed");
        Files.delete(merged.resolve("d/one"));
        Trees.deleteRecursively(merged.resolve("hidden"));
        write(merged, "hidden/again", "again");
        Path changed = Files.createDirectory(temp.resolve("changed"));
        run("cp", "-a", merged.toString(), temp.resolve("wanted").toString());
        Path repeated = temp.resolve("repeated");
        run("cp", "-a", temp.resolve("unchanged").toString(), repeated.toString());
        changes.repeatIn(repeated);
        run(
                "diff",
                "-r",
                "--no-dereference",
                "-x",
                "stub",
                temp.resolve("wanted").toString(),
                repeated.toString());
        changes.moveTo(changed);
        open.close();
        Trees.deleteRecursively(merged);
        Path result = Files.createDirectory(temp.resolve("result"));
        try (TreeWriter writer = TreeWriter.open(result, TreeWriter.Ownership.KEEP)) {
            MergedCopy.copy(List.of(changed, upper, lower), RawPath.ROOT, writer, RawPath.ROOT);
            writer.finish();
        }
        Trees.deleteRecursively(temp.resolve("wanted/stub"));
        run("diff", "-r", "--no-dereference", temp.resolve("wanted").toString(), result.toString());
        assertThat(changed.resolve("s")).doesNotExist();
        assertThat(changed.resolve("file-then-directory")).doesNotExist();
        assertThat(Files.getAttribute(changed.resolve("d/linked"), "unix:nlink"))
                .isEqualTo(2);
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as(String.join(" ", command) + ": " + said)
                .isZero();
    }

    @Test
    void marksOfOverlayfsAreNotCopied() throws IOException {
        try (TreeWriter writer = TreeWriter.open(upper, TreeWriter.Ownership.KEEP)) {
            Metadata metadata = Metadata.plainDirectory();
            writer.file(RawPath.of("plain"), metadata, new ByteArrayInputStream(new byte[] {1}));
            writer.opaque(RawPath.of("hidden"));
        }
        copy("hidden", "hidden");
        assertThat(Files.getAttribute(merged.resolve("hidden"), "unix:mode")).isNotNull();
        copy("hidden", "again");
        try (TreeRoot root = TreeRoot.open(merged)) {
            assertThat(Metadata.read(root.parentOf(RawPath.of("again")), RawPath.of("again"))
                            .xattrs())
                    .isEmpty();
        }
    }
}
