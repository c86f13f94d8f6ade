package dev.jbuild.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.buildfile.IgnorePatterns;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.sys.RawPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilteredTreeTest {
    @TempDir
    private Path directory;

    @BeforeEach
    void fill() throws IOException {
        for (String file : List.of("a", "b.md", "d/a", "d/b.md", "d/e/a", "d/e/b.md", "x/y/z", "link-target/f")) {
            Path path = directory.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, file);
        }
        Files.createSymbolicLink(directory.resolve("link"), Path.of("d/e"));
    }

    private FilteredTree filtered(String patterns) throws JbuildException {
        return new FilteredTree(
                DirectoryContext.open(directory, IgnoreFile.none()),
                new IgnoreFile("rules", IgnorePatterns.parse(patterns.replace(' ', '\n'))));
    }

    private static List<String> all(SourceTree tree) throws JbuildException {
        List<String> paths = new ArrayList<>();
        collect(tree, RawPath.ROOT, paths);
        return paths;
    }

    private static void collect(SourceTree tree, RawPath at, List<String> paths) throws JbuildException {
        for (LayerEntry child : tree.children(at)) {
            paths.add(child.path().toString());
            assertThat(tree.peek(child.path())).isPresent();
            if (child.isDirectory()) {
                collect(tree, child.path(), paths);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "none",
                "*",
                "**/*.md",
                "d",
                "d !d/e",
                "d !d/e/a",
                "* !d/*/a",
                "* !**/a",
                "**/e x/y/z",
                "*.md !b.md",
                "link link-target",
                "d !d/none",
            })
    void leavesOutWhatADirectoryWould(String patterns) throws Exception {
        IgnoreFile ignore = new IgnoreFile("rules", IgnorePatterns.parse(patterns.replace(' ', '\n')));
        FilteredTree filtered = filtered(patterns);
        DirectoryContext context = DirectoryContext.open(directory, ignore);
        assertThat(all(filtered)).isEqualTo(all(context));
        assertThat(filtered.ignored()).isPresent().isEqualTo(context.ignored());
    }

    @Test
    void whatIsLeftOutIsNotThere() throws Exception {
        FilteredTree tree = filtered("d/e");
        assertThat(tree.find(RawPath.of("d/e/a"))).isEmpty();
        assertThat(tree.find(RawPath.of("d/a")).orElseThrow().content()).isPresent();
        assertThatThrownBy(() -> tree.open(RawPath.of("d/e/a"))).isInstanceOf(UserError.class);
        assertThatThrownBy(() -> tree.onDisk(RawPath.of("d/e/a"))).isInstanceOf(UserError.class);
        try (var in = tree.open(RawPath.of("d/a"))) {
            assertThat(in).hasContent("d/a");
        }
    }

    @Test
    void symlinksAreFollowedWhereTheyAreThere() throws Exception {
        assertThat(filtered("none").resolve(RawPath.of("link/a"), true)).isEqualTo(RawPath.of("d/e/a"));
        assertThat(filtered("link").resolve(RawPath.of("link/a"), true)).isEqualTo(RawPath.of("link/a"));
    }

    @Test
    void theRulesMayComeFromTheTree() throws Exception {
        Files.writeString(directory.resolve(".dockerignore"), "d\n");
        Files.writeString(directory.resolve("x/own.dockerignore"), "x\n");
        SourceTree tree = DirectoryContext.open(directory, IgnoreFile.none());
        assertThat(IgnoreFile.find(tree, Optional.empty()).patterns().patterns())
                .containsExactly("d");
        assertThat(IgnoreFile.find(tree, Optional.of("x/own")).patterns().patterns())
                .containsExactly("x");
        assertThat(IgnoreFile.find(tree, Optional.of("x/none")).patterns().patterns())
                .containsExactly("d");
    }
}
