package dev.jbuild.solver.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.buildfile.Buildfile;
import dev.jbuild.context.DirectoryContext;
import dev.jbuild.context.IgnoreFile;
import dev.jbuild.context.ModePolicy;
import dev.jbuild.context.SourceTree;
import dev.jbuild.graph.Op;
import dev.jbuild.layer.ArchiveLimits;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.snapshot.Capture;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.solver.StackTree;
import dev.jbuild.solver.UserLookup;
import dev.jbuild.sys.RawPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("kernel")
class CopyStepTest {
    @TempDir
    private Path temporary;

    private Path context;
    private Path baseFiles;
    private Bench bench;

    @BeforeEach
    void prepare() throws IOException {
        context = Files.createDirectory(temporary.resolve("context"));
        bench = new Bench(temporary);
        baseFiles = bench.newUpper();
    }

    private static void write(Path root, String path, String content) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private LayerStack build(String... lines) throws Exception {
        bench.base(bench.captured(LayerStack.EMPTY, baseFiles));
        Buildfile buildfile = Buildfile.parse("Buildfile", String.join("\n", lines) + "\n");
        return bench.build(DirectoryContext.open(context, IgnoreFile.none()), buildfile);
    }

    private static LayerEntry entry(LayerStack stack, String path) throws Exception {
        return stack.view().find(RawPath.of(path)).orElseThrow().entry();
    }

    private static String mode(LayerStack stack, String path) throws Exception {
        return Integer.toOctalString(entry(stack, path).mode());
    }

    private static String text(LayerStack stack, String path) throws Exception {
        try (var in = new StackTree(stack).open(RawPath.of(path))) {
            return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
    }

    @Test
    void destinationsAreResolvedInsideTheBase() throws Exception {
        Files.createDirectories(baseFiles.resolve("real"));
        Files.createSymbolicLink(baseFiles.resolve("link"), Path.of("/real"));
        Files.createSymbolicLink(baseFiles.resolve("up"), Path.of("../../../real/f"));
        Files.createSymbolicLink(baseFiles.resolve("dangling"), Path.of("new/place"));
        write(context, "a", "a");
        write(context, "d/b", "b");
        LayerStack stack = build("FROM base", "COPY a /link/", "COPY d /link", "COPY a /up", "COPY a /dangling/");
        assertThat(Bench.paths(stack))
                .containsExactly(
                        "dangling",
                        "link",
                        "new",
                        "new/place",
                        "new/place/a",
                        "real",
                        "real/a",
                        "real/b",
                        "real/f",
                        "up");
    }

    @Test
    void linkedCopiesKnowNothingOfTheBase() throws Exception {
        Files.createDirectories(baseFiles.resolve("real"));
        Files.createSymbolicLink(baseFiles.resolve("link"), Path.of("real"));
        write(context, "a", "a");
        LayerStack stack = build("FROM base", "COPY --link a /link/");
        assertThat(Bench.paths(stack)).containsExactly("link", "link/a", "real");
        assertThat(entry(stack, "link").isDirectory()).isTrue();
    }

    @Test
    void directoriesOfTheBaseKeepWhatTheyAre() throws Exception {
        Files.createDirectories(baseFiles.resolve("x/y"));
        Files.setAttribute(baseFiles.resolve("x"), "unix:mode", 02750);
        Files.setAttribute(baseFiles.resolve("x"), "unix:uid", 9);
        Files.setAttribute(baseFiles.resolve("x"), "unix:gid", 8);
        Files.setAttribute(baseFiles.resolve("x"), "unix:mode", 02750);
        write(context, "d/y/f", "");
        Files.setAttribute(context.resolve("d/y"), "unix:mode", 0711);
        LayerStack stack = build("FROM base", "COPY d /x");
        assertThat(mode(stack, "x")).isEqualTo("2750");
        assertThat(entry(stack, "x").uid()).isEqualTo(9);
        assertThat(mode(stack, "x/y")).isEqualTo("711");
        assertThat(entry(stack, "x/y/f").gid()).isZero();
    }

    @Test
    void filesAndDirectoriesDoNotReplaceEachOther() throws Exception {
        write(baseFiles, "file", "");
        Files.createDirectories(baseFiles.resolve("dir/a"));
        write(context, "a", "");
        write(context, "d/b", "");
        assertThatThrownBy(() -> build("FROM base", "COPY d /file"))
                .isInstanceOf(UserError.class)
                .hasMessage("cannot copy to non-directory: /file");
        assertThatThrownBy(() -> build("FROM base", "COPY a /file/"))
                .isInstanceOf(UserError.class)
                .hasMessage("mkdir /file: not a directory");
        assertThatThrownBy(() -> build("FROM base", "COPY a /dir/"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("cannot replace to directory /dir/a with file");
        assertThatThrownBy(() -> build("FROM base", "WORKDIR /file"))
                .isInstanceOf(UserError.class)
                .hasMessage("mkdir /file: not a directory");
    }

    @Test
    void modesAndOwnersAreThoseAskedFor() throws Exception {
        write(baseFiles, "etc/passwd", "root:x:0:0::/root:/bin/sh\nann:x:7:8::/home/ann:/bin/sh\n");
        write(baseFiles, "etc/group", "root:x:0:\nusers:x:9:ann\n");
        write(context, "f", "x");
        write(context, "d/s", "x");
        Files.setAttribute(context.resolve("d/s"), "unix:mode", 0600);
        LayerStack stack = build(
                "FROM base",
                "COPY --chmod=770 f /p/q/f",
                "COPY --chmod=4711 f /suid",
                "COPY --chmod=go+rX d /d",
                "COPY --chown=ann:users f /o/f",
                "COPY --chown=ann f /1",
                "COPY --chown=12 f /2",
                "USER ann",
                "WORKDIR /w/v");
        assertThat(mode(stack, "p/q")).isEqualTo("770");
        assertThat(mode(stack, "suid")).isEqualTo("4711");
        assertThat(mode(stack, "d/s")).isEqualTo("644");
        assertThat(entry(stack, "o").gid()).isEqualTo(9);
        assertThat(entry(stack, "o/f").uid()).isEqualTo(7);
        assertThat(entry(stack, "1").gid()).isEqualTo(8);
        assertThat(entry(stack, "2").gid()).isEqualTo(12);
        assertThat(entry(stack, "w").uid()).isEqualTo(7);
        UserLookup.User ann = UserLookup.find("ann", new StackTree(stack));
        assertThat(ann).isEqualTo(new UserLookup.User(7, 8, List.of(8L, 9L), "/home/ann"));
        assertThat(UserLookup.find("33", new StackTree(stack)).home()).isEqualTo("/");
        assertThat(UserLookup.find("", new StackTree(stack)).home()).isEqualTo("/root");
        assertThat(UserLookup.find("7:users", new StackTree(stack)).groups()).containsExactly(9L);
        assertThatThrownBy(() -> UserLookup.find("bob", new StackTree(stack)))
                .isInstanceOf(UserError.class)
                .hasMessage("unable to find user bob: no matching entries in passwd file");
    }

    @Test
    void ownersAreKeptFromStagesAndNotFromContexts() throws Exception {
        write(baseFiles, "s/f", "1");
        Files.setAttribute(baseFiles.resolve("s/f"), "unix:uid", 5);
        write(context, "g", "1");
        Files.setAttribute(context.resolve("g"), "unix:uid", 6);
        LayerStack stack = build("FROM base AS b", "FROM scratch", "COPY --from=b /s /t", "COPY g /");
        assertThat(entry(stack, "t/f").uid()).isEqualTo(5);
        assertThat(entry(stack, "g").uid()).isZero();
        assertThat(mode(stack, "t")).isEqualTo("755");
    }

    @Test
    void namedSymlinksAreFollowedAndOthersKept() throws Exception {
        write(context, "d/f", "1");
        Files.createSymbolicLink(context.resolve("to-file"), Path.of("d/f"));
        Files.createSymbolicLink(context.resolve("to-dir"), Path.of("d"));
        Files.createSymbolicLink(context.resolve("d/l"), Path.of("../nowhere"));
        LayerStack stack = build("FROM scratch", "COPY to-file /x/", "COPY to-dir /y", "COPY to-* /z/");
        assertThat(Bench.paths(stack))
                .containsExactly("x", "x/to-file", "y", "y/f", "y/l", "z", "z/f", "z/l", "z/to-file");
        assertThat(entry(stack, "y/l").linkTarget()).isEqualTo("../nowhere");
        assertThat(text(stack, "z/to-file")).isEqualTo("1");
    }

    @Test
    void parentsAndExcludesSelectBelow() throws Exception {
        write(context, "a/b/c.txt", "1");
        write(context, "a/b/d.md", "1");
        write(context, "a/x/c.txt", "1");
        LayerStack stack = build(
                "FROM scratch",
                "COPY --parents a/*/c.txt /1/",
                "COPY --parents ./a/./b /2/",
                "COPY --exclude=**/*.md a /3/",
                "COPY --parents --exclude=a/x **/*.txt /4/");
        assertThat(Bench.paths(stack))
                .contains(
                        "1/a/b/c.txt", "1/a/x/c.txt", "2/b/c.txt", "2/b/d.md", "3/b/c.txt", "3/x/c.txt", "4/a/b/c.txt")
                .doesNotContain("1/a/b/d.md", "3/b/d.md", "4/a/x", "2/x");
        assertThatThrownBy(() -> build("FROM scratch", "COPY --parents a/none /1/"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("\"/a/none\": not found");
    }

    @Test
    void heredocsBecomeFiles() throws Exception {
        LayerStack stack = build("FROM scratch", "COPY <<one <<two /d/", "1", "one", "2", "two");
        assertThat(text(stack, "d/one")).isEqualTo("1\n");
        assertThat(mode(stack, "d/two")).isEqualTo("644");
    }

    @Test
    void archivesReplaceWhatIsThere() throws Exception {
        write(baseFiles, "x/dir/old", "old");
        write(baseFiles, "x/file", "old");
        write(baseFiles, "x/kept", "data");
        write(baseFiles, "out/secret", "old");
        Files.createSymbolicLink(baseFiles.resolve("x/l"), Path.of("/sub"));
        Files.createSymbolicLink(baseFiles.resolve("x/away"), Path.of("../../out"));
        tar(
                "import tarfile,io",
                "t=tarfile.open('t.tar','w')",
                "def add(n,type=b'0',data=b'',link=''):",
                "  i=tarfile.TarInfo(n); i.type=type; i.size=len(data); i.linkname=link; i.mode=0o640; i.uid=3",
                "  t.addfile(i,io.BytesIO(data))",
                "add('dir',data=b'now a file')",
                "add('file',b'5')",
                "add('file/in',data=b'2')",
                "add('l/through',data=b'3')",
                "add('away/inside',data=b'4')",
                "add('again',link='kept',type=b'1')",
                "add('pipe',b'6')",
                "t.close()");
        LayerStack stack = build("FROM base", "ADD t.tar /x");
        assertThat(entry(stack, "x/dir").isDirectory()).isFalse();
        assertThat(text(stack, "x/file/in")).isEqualTo("2");
        assertThat(text(stack, "out/secret")).isEqualTo("old");
        assertThat(Bench.paths(stack))
                .contains("x/out/inside", "x/pipe", "x/sub/through")
                .doesNotContain("out/inside", "x/dir/old");
        assertThat(text(stack, "x/again")).isEqualTo("data");
        assertThat(entry(stack, "x/again").hardLinkTo().or(() -> hardLink(stack, "x/kept")))
                .isPresent();
    }

    private static java.util.Optional<RawPath> hardLink(LayerStack stack, String path) {
        try {
            return entry(stack, path).hardLinkTo();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aDirectoryThatReplacesOneShowsNothingOfIt() throws Exception {
        write(baseFiles, "x/old", "old");
        tar(
                "import tarfile,io",
                "t=tarfile.open('t.tar','w')",
                "def add(n,type,data=b''):",
                "  i=tarfile.TarInfo(n); i.type=type; i.size=len(data); i.mode=0o755; t.addfile(i,io.BytesIO(data))",
                "add('x',b'0')",
                "add('x',b'5')",
                "add('x/new',b'0',b'1')",
                "t.close()");
        LayerStack stack = build("FROM base", "ADD t.tar /");
        assertThat(Bench.paths(stack)).containsExactly("x", "x/new");
    }

    private void tar(String... python) throws Exception {
        Process process = new ProcessBuilder("python3", "-c", String.join("\n", python))
                .directory(context.toFile())
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void manyFilesAreCopiedWithTheirLinksAndTimes() throws Exception {
        for (int i = 0; i < 300; i++) {
            write(context, "d/" + i % 7 + "/f" + i, "content " + i);
        }
        Files.createLink(context.resolve("d/hard"), context.resolve("d/3/f3"));
        Files.setLastModifiedTime(context.resolve("d/4/f4"), java.nio.file.attribute.FileTime.fromMillis(5000));
        LayerStack stack = build("FROM scratch", "COPY d /d");
        assertThat(Bench.paths(stack)).hasSize(300 + 7 + 1 + 1);
        assertThat(text(stack, "d/5/f299")).isEqualTo("content 299");
        assertThat(entry(stack, "d/4/f4").mtimeSeconds()).isEqualTo(5);
        assertThat(entry(stack, "d/hard").hardLinkTo()).contains(RawPath.of("d/3/f3"));
    }

    @Test
    void theDigestTellsWhatMattersFromWhatDoesNot() throws Exception {
        write(context, "a", "1");
        String before = digest("COPY a /x");
        Files.setLastModifiedTime(context.resolve("a"), java.nio.file.attribute.FileTime.fromMillis(0));
        write(context, "b", "not copied");
        assertThat(digest("COPY a /x")).isEqualTo(before);
        Files.setAttribute(context.resolve("a"), "unix:mode", 0755);
        assertThat(digest("COPY a /x")).isNotEqualTo(before);
        String chmod = digest("COPY --chmod=0600 a /x");
        Files.setAttribute(context.resolve("a"), "unix:mode", 0644);
        assertThat(digest("COPY --chmod=0600 a /x")).isEqualTo(chmod);
        assertThat(digest("COPY --chown=3 a /x")).isNotEqualTo(before);
        write(context, "a", "2");
        assertThat(digest("COPY a /x")).isNotEqualTo(before);
    }

    @Test
    void theOwnersOfAContextDoNotMatter() throws Exception {
        write(context, "d/a", "1");
        String before = digest("COPY d /x");
        Files.setAttribute(context.resolve("d/a"), "unix:uid", 7);
        Files.setAttribute(context.resolve("d"), "unix:gid", 8);
        assertThat(digest("COPY d /x")).isEqualTo(before);
    }

    @Test
    void whatChmodChangesDoesNotMatterButWhatItLeavesDoes() throws Exception {
        write(context, "d/s/a", "1");
        Files.setAttribute(context.resolve("d/s"), "unix:mode", 0700);
        Files.setAttribute(context.resolve("d/s/a"), "unix:mode", 0600);
        String all = digest("COPY --chmod=644 d /x");
        String some = digest("COPY --chmod=g+w d /x");
        String parents = digest("COPY --parents --chmod=644 d/s/a /x");
        Files.setAttribute(context.resolve("d/s/a"), "unix:mode", 0640);
        assertThat(digest("COPY --chmod=644 d /x")).isEqualTo(all);
        assertThat(digest("COPY --chmod=g+w d /x")).isNotEqualTo(some);
        assertThat(digest("COPY --parents --chmod=644 d/s/a /x")).isEqualTo(parents);
        Files.setAttribute(context.resolve("d/s"), "unix:mode", 0755);
        assertThat(digest("COPY --chmod=644 d /x")).isEqualTo(all);
        // The base may have the directory, and gets its mode then.
        assertThat(digest("COPY --parents --chmod=644 d/s/a /x")).isNotEqualTo(parents);
    }

    @Test
    void asInGitOnlyExecutabilityCounts() throws Exception {
        write(context, "d/a", "1");
        write(context, "d/run", "2");
        modes("700", "600", "4700");
        String before = digest("COPY d /x", ModePolicy.GIT);
        String exact = digest("COPY d /x");
        LayerStack stack =
                bench.build(context(ModePolicy.GIT), Buildfile.parse("Buildfile", "FROM scratch\nCOPY . /\n"));
        assertThat(List.of(mode(stack, "d"), mode(stack, "d/a"), mode(stack, "d/run")))
                .containsExactly("755", "644", "755");
        modes("2775", "664", "775");
        assertThat(digest("COPY d /x", ModePolicy.GIT)).isEqualTo(before);
        assertThat(digest("COPY d /x")).isNotEqualTo(exact);
        modes("755", "744", "775");
        assertThat(digest("COPY d /x", ModePolicy.GIT)).isNotEqualTo(before);
    }

    private void modes(String directory, String file, String program) throws IOException {
        Files.setAttribute(context.resolve("d"), "unix:mode", Integer.parseInt(directory, 8));
        Files.setAttribute(context.resolve("d/a"), "unix:mode", Integer.parseInt(file, 8));
        Files.setAttribute(context.resolve("d/run"), "unix:mode", Integer.parseInt(program, 8));
    }

    private SourceTree context(ModePolicy modes) throws Exception {
        return modes.applied(DirectoryContext.open(context, IgnoreFile.none()));
    }

    private String digest(String line) throws Exception {
        return digest(line, ModePolicy.EXACT);
    }

    private String digest(String line, ModePolicy modes) throws Exception {
        Buildfile buildfile = Buildfile.parse("Buildfile", "FROM scratch\n" + line + "\n");
        return bench.digest(context(modes), buildfile);
    }

    private boolean isAsItWas(LayerStack base, String now) throws Exception {
        write(context, "a", "one");
        Op.Copy op = new Op.Copy(
                true,
                List.of(new Op.Source(0, "a", true, false)),
                List.of(),
                "/",
                Optional.empty(),
                Optional.empty(),
                false,
                false,
                List.of(),
                false);
        CopyStep step =
                CopyStep.select(op, new StackTree(base), List.of(DirectoryContext.open(context, IgnoreFile.none())));
        step.digest();
        write(context, "a", now);
        Path upper = bench.newUpper();
        Copied copied = step.execute(upper, ArchiveLimits.DEFAULT, new Cancellation());
        return copied.isIn(Capture.capture(upper, base.view()).index(), base.view());
    }

    @Test
    void noticesFilesThatChangeAfterTheirDigestsWereTaken() throws Exception {
        assertThat(isAsItWas(LayerStack.EMPTY, "one")).isTrue();
        assertThat(isAsItWas(LayerStack.EMPTY, "two")).isFalse();
        Path below = bench.newUpper();
        write(below, "a", "one");
        LayerStack base = bench.captured(LayerStack.EMPTY, below);
        assertThat(isAsItWas(base, "one")).isTrue();
        assertThat(isAsItWas(base, "two")).isFalse();
    }
}
