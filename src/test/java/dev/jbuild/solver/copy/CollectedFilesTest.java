package dev.jbuild.solver.copy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.context.DirectoryContext;
import dev.jbuild.context.IgnoreFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("kernel")
class CollectedFilesTest {
    @TempDir
    private Path temporary;

    private Path container;
    private Path here;

    @BeforeEach
    void prepare() throws IOException {
        container = Files.createDirectory(temporary.resolve("container"));
        here = temporary.resolve("here/reports");
        write("src/target/a.xml", "a");
        write("src/target/deep/er/b.xml", "b");
        write("src/target/c.txt", "c");
        write("var/log/d.xml", "d");
    }

    private void write(String path, String content) throws IOException {
        Path file = container.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private List<String> collect(String pattern) throws Exception {
        return CollectedFiles.collect(DirectoryContext.open(container, IgnoreFile.none()), pattern, "/src", here);
    }

    @Test
    void aRelativePatternIsRelativeToTheWorkingDirectory() throws Exception {
        assertThat(collect("target/*.xml")).containsExactly("a.xml");
        assertThat(here.resolve("a.xml")).hasContent("a");
        assertThat(collect("/var/log/*")).containsExactly("d.xml");
        assertThat(collect("target/c.txt")).containsExactly("c.txt");
    }

    @Test
    void directoriesBehindTheFirstWildcardAreKept() throws Exception {
        assertThat(collect("target/**/*.xml")).containsExactlyInAnyOrder("a.xml", "deep/er/b.xml");
        assertThat(here.resolve("deep/er/b.xml")).hasContent("b");
        assertThat(collect("target")).contains("target/c.txt", "target/deep/er/b.xml");
    }

    @Test
    void whatMatchesNothingMakesNothing() throws Exception {
        assertThat(collect("nowhere/*.xml")).isEmpty();
        assertThat(collect("target/*.html")).isEmpty();
        assertThat(collect("../../../etc/hostname")).isEmpty();
        assertThat(here).doesNotExist();
    }

    @Test
    void symlinksOfTheContainerLeadToFilesOfTheContainerOnly() throws Exception {
        write("secret", "of the container");
        Files.writeString(temporary.resolve("secret"), "of this machine");
        Files.createSymbolicLink(container.resolve("src/target/absolute.xml"), Path.of("/secret"));
        Files.createSymbolicLink(container.resolve("src/target/up.xml"), Path.of("../../../../../secret"));
        Files.createSymbolicLink(container.resolve("src/target/dangling.xml"), Path.of("/nowhere"));
        Files.createSymbolicLink(container.resolve("src/target/directory.xml"), Path.of("/var"));

        assertThat(collect("target/*.xml")).containsExactlyInAnyOrder("a.xml", "absolute.xml", "up.xml");
        assertThat(here.resolve("absolute.xml")).hasContent("of the container");
        assertThat(here.resolve("up.xml")).hasContent("of the container");
        assertThat(Files.isSymbolicLink(here.resolve("up.xml"))).isFalse();
    }

    @Test
    void nothingIsWrittenThroughSymlinksOfTheDirectory() throws Exception {
        Path outside = Files.createDirectory(temporary.resolve("outside"));
        Files.writeString(outside.resolve("file"), "untouched");
        Files.createDirectories(here);
        Files.createSymbolicLink(here.resolve("a.xml"), outside.resolve("file"));
        Files.createSymbolicLink(here.resolve("deep"), outside);

        try {
            collect("target/**/*.xml");
        } catch (IOException e) {
            // To refuse is as good as to replace.
        }

        assertThat(outside.resolve("file")).hasContent("untouched");
        assertThat(outside.resolve("er")).doesNotExist();
    }

    @Test
    void permissionsAreKeptButForTheDangerousOnes() throws Exception {
        Files.setAttribute(container.resolve("src/target/a.xml"), "unix:mode", 04751);

        collect("target/a.xml");

        assertThat(Files.getPosixFilePermissions(here.resolve("a.xml")))
                .isEqualTo(PosixFilePermissions.fromString("rwxr-x--x"));
        assertThat((int) Files.getAttribute(here.resolve("a.xml"), "unix:mode") & 07000)
                .isZero();
    }
}
