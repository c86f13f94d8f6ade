package dev.jbuild.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.buildfile.IgnorePatterns;
import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.UserError;
import dev.jbuild.sys.RawPath;
import dev.jbuild.testing.Swapper;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryContextTest {
    private static final int RACES = Integer.getInteger("jbuild.races", 200);

    @TempDir
    private Path directory;

    private void write(String path, String content) throws Exception {
        Path file = directory.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private DirectoryContext context(String... patterns) throws Exception {
        return DirectoryContext.open(directory, new IgnoreFile("rules", IgnorePatterns.of(List.of(patterns))));
    }

    private static List<String> all(SourceTree tree) throws Exception {
        List<String> paths = new ArrayList<>();
        collect(tree, RawPath.ROOT, paths);
        return paths;
    }

    private static void collect(SourceTree tree, RawPath directory, List<String> paths) throws Exception {
        for (LayerEntry child : tree.children(directory)) {
            paths.add(child.path().toString());
            if (child.isDirectory()) {
                collect(tree, child.path(), paths);
            }
        }
    }

    /** A directory of the context is exchanged for a symlink to one outside, all the time. */
    @Test
    void noSymlinkPutInTheWayLeadsOutOfIt(@TempDir Path outside) throws Exception {
        Files.writeString(outside.resolve("file"), "outside");
        Files.writeString(outside.resolve("other"), "outside");
        write("d/file", "inside");
        Files.createSymbolicLink(directory.resolve("link"), outside);
        RawPath file = RawPath.of("d/file");
        Digest inside = Digest.sha256("inside".getBytes(StandardCharsets.UTF_8));
        int through = 0;
        try (Swapper swapper = new Swapper(directory.resolve("d"), directory.resolve("link"))) {
            for (int i = 0; i < RACES; i++) {
                DirectoryContext context = context();
                try {
                    Optional<LayerEntry> found = context.find(file);
                    if (found.isPresent()) {
                        assertThat(found.get().content()).contains(inside);
                        try (InputStream content = context.open(file)) {
                            assertThat(content.readAllBytes()).asString().isEqualTo("inside");
                        }
                        assertThat(context.children(RawPath.of("d")))
                                .extracting(LayerEntry::path)
                                .containsExactly(file);
                        through++;
                    }
                } catch (EnvironmentError e) {
                    assertThat(e.what()).startsWith("the build context can't be read at ");
                }
            }
            assertThat(swapper.isRunning()).isTrue();
        }
        assertThat(through).isPositive();
        System.out.printf("%d of %d went through, none outside%n", through, RACES);
    }

    @Test
    void listsInNameOrderWithRootAsOwner() throws Exception {
        write("b", "2");
        write("a/c", "1");
        Files.createSymbolicLink(directory.resolve("l"), Path.of("a/../\u00e9/"));
        DirectoryContext context = context();
        assertThat(all(context)).containsExactly("a", "a/c", "b", "l");
        LayerEntry link = context.find(RawPath.of("l")).orElseThrow();
        assertThat(link.type()).isEqualTo(EntryType.SYMLINK);
        assertThat(new String(link.linkTargetBytes(), StandardCharsets.UTF_8)).startsWith("a/../\u00e9");
        LayerEntry file = context.find(RawPath.of("b")).orElseThrow();
        assertThat(file.content()).contains(Digest.sha256("2".getBytes(StandardCharsets.UTF_8)));
        assertThat(file.uid()).isZero();
        assertThat(context.digests(List.of(RawPath.of("b"), RawPath.of("a/c")))).hasSize(2);
        assertThat(context.find(RawPath.ROOT))
                .hasValueSatisfying(root -> assertThat(root.isDirectory()).isTrue());
    }

    @Test
    void ignoredFilesAreNotThere() throws Exception {
        write("a/x.log", "");
        write("a/y", "");
        write("node_modules/m", "");
        DirectoryContext context = context("node_modules", "**/*.log");
        assertThat(all(context)).containsExactly("a", "a/y");
        assertThat(context.find(RawPath.of("node_modules/m"))).isEmpty();
        assertThatThrownBy(() -> context.open(RawPath.of("a/x.log"))).isInstanceOf(UserError.class);
    }

    @Test
    void anIgnoredDirectoryIsThereIfAnExceptionBeginsWithIt() throws Exception {
        write("d/keep/f", "");
        write("d/drop", "");
        write("e/drop", "");
        write("w/keep/f", "");
        DirectoryContext context = context("d", "e", "w", "!d/keep", "!e/absent", "!**/keep");
        assertThat(all(context)).containsExactly("d", "d/keep", "d/keep/f", "e");
        assertThat(context.find(RawPath.of("w"))).isEmpty();
    }

    @Test
    void exceptionsWithWildcardsAfterANameOpenWhatTheyLeadTo() throws Exception {
        write("pkgs/a/package.json", "");
        write("pkgs/a/other", "");
        write("pkgs/b/other", "");
        write("pkgs/deep/er/package.json", "");
        write("else/a/package.json", "");
        assertThat(all(context("*", "!pkgs/*/package.json"))).containsExactly("pkgs", "pkgs/a", "pkgs/a/package.json");
        assertThat(all(context("*", "!pkgs/**/package.json")))
                .containsExactly(
                        "pkgs",
                        "pkgs/a",
                        "pkgs/a/package.json",
                        "pkgs/deep",
                        "pkgs/deep/er",
                        "pkgs/deep/er/package.json");
        assertThat(all(context("*", "!*/*/package.json"))).isEmpty();
    }

    @Test
    void symlinksNeverLeadOut() throws Exception {
        write("d/f", "1");
        Files.createSymbolicLink(directory.resolve("abs"), Path.of("/d"));
        Files.createSymbolicLink(directory.resolve("up"), Path.of("../../../../d/f"));
        Files.createSymbolicLink(directory.resolve("out"), Path.of("/etc"));
        Files.createSymbolicLink(directory.resolve("loop"), Path.of("loop"));
        DirectoryContext context = context();
        assertThat(context.resolve(RawPath.of("abs/f"), true)).hasToString("d/f");
        assertThat(context.resolve(RawPath.of("up"), true)).hasToString("d/f");
        assertThat(context.resolve(RawPath.of("up"), false)).hasToString("up");
        assertThat(context.find(RawPath.of("out/passwd"))).isEmpty();
        assertThat(context.find(context.resolve(RawPath.of("out/passwd"), true)))
                .isEmpty();
        assertThat(context.find(RawPath.of("d/../../x"))).isEmpty();
        assertThatThrownBy(() -> context.resolve(RawPath.of("loop"), true))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("too many symbolic links");
    }

    @Test
    void namesAreBytes() throws Exception {
        Files.writeString(Path.of(URI.create(directory.toUri() + "a%FFb")), "1");
        DirectoryContext context = context();
        LayerEntry entry = context.children(RawPath.ROOT).get(0);
        assertThat(entry.path().bytes()).containsExactly('a', 0xff, 'b');
        try (var in = context.open(entry.path())) {
            assertThat(in.readAllBytes()).containsExactly('1');
        }
    }

    @Test
    void namesOfOneFileShareAnIdentity() throws Exception {
        write("a", "1");
        write("d/other", "1");
        Files.createLink(directory.resolve("d/b"), directory.resolve("a"));
        DirectoryContext context = context();
        LayerEntry a = context.find(RawPath.of("a")).orElseThrow();
        LayerEntry b = context.find(RawPath.of("d/b")).orElseThrow();
        assertThat(context.identity(a)).isPresent().isEqualTo(context.identity(b));
        assertThat(context.identity(context.find(RawPath.of("d/other")).orElseThrow()))
                .isEmpty();
    }

    @Test
    void theBuildfilesOwnIgnoreFileComesFirst() throws Exception {
        write("Dockerfile", "");
        write(".containerignore", "c");
        assertThat(IgnoreFile.find(directory, Optional.empty()).patterns().patterns())
                .containsExactly("c");
        write(".dockerignore", "d");
        assertThat(IgnoreFile.find(directory, Optional.of(directory.resolve("Dockerfile")))
                        .patterns()
                        .patterns())
                .containsExactly("d");
        write("Dockerfile.dockerignore", "o");
        IgnoreFile own = IgnoreFile.find(directory, Optional.of(directory.resolve("Dockerfile")));
        assertThat(own.patterns().patterns()).containsExactly("o");
        assertThat(own.name()).isEqualTo("Dockerfile.dockerignore");
        assertThatThrownBy(() -> IgnoreFile.read(directory.resolve("none"))).isInstanceOf(UserError.class);
        write("bad", "!");
        assertThatThrownBy(() -> IgnoreFile.read(directory.resolve("bad")))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("illegal exclusion pattern");
    }

    private static List<String> counts(DirectoryContext context) {
        return context.ignored().orElseThrow().rules().stream()
                .map(rule -> rule.pattern() + " " + rule.count())
                .toList();
    }

    @Test
    void countsWhatEachRuleLeavesOut() throws Exception {
        write("node_modules/a/m", "");
        write("node_modules/n", "");
        write("x.log", "");
        write("src/y.log", "");
        write("src/keep.log", "");
        write("src/z", "");
        DirectoryContext context = context("node_modules", "*.log", "**/*.log", "!src/keep.log", "other");
        assertThat(context.ignored()).isEmpty();
        assertThat(all(context)).containsExactly("src", "src/keep.log", "src/z");
        assertThat(all(context)).hasSize(3);
        assertThat(counts(context))
                .containsExactly("node_modules 1", "*.log 1", "**/*.log 1", "!src/keep.log 1", "other 0");
        assertThat(context.ignored().orElseThrow().leftOut()).isEqualTo(3);
    }

    @Test
    void aDirectoryWithExceptionsIsCountedByWhatIsInIt() throws Exception {
        write("d/a", "");
        write("d/b", "");
        write("d/e/f", "");
        DirectoryContext context = context("d", "!d/b");
        assertThat(all(context)).containsExactly("d", "d/b");
        assertThat(counts(context)).containsExactly("d 2", "!d/b 1");
    }

    @Test
    void countsWhatIsAskedForByNameOnlyIfItIsThere() throws Exception {
        write("a.log", "");
        write("b", "");
        DirectoryContext context = context("*.log");
        assertThat(context.find(RawPath.of("b"))).isPresent();
        assertThat(counts(context)).containsExactly("*.log 0");
        assertThat(context.find(RawPath.of("a.log"))).isEmpty();
        assertThat(context.find(RawPath.of("none.log"))).isEmpty();
        assertThat(counts(context)).containsExactly("*.log 1");
        assertThat(all(context)).containsExactly("b");
        assertThat(counts(context)).containsExactly("*.log 1");
    }

    @Test
    void whereThereAreNoRulesNothingIsSaid() throws Exception {
        write("a", "");
        DirectoryContext context = context();
        assertThat(all(context)).containsExactly("a");
        assertThat(context.ignored()).isEmpty();
    }
}
