package dev.jbuild.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Images as files, out of one store and into another. */
class TransportIT extends EndToEnd {
    private Program other;

    @BeforeEach
    void buildAnImage() {
        jbuild.withBusybox();
        write(
                "Buildfile",
                "FROM busybox\nRUN mkdir /d && echo hi > /d/hi && ln /d/hi /d/hard && rm /tmp -r\nCMD cat /d/hard\n");
        jbuild.run("build", "-q", "-t", "x:1", ".").succeeded();
        other = new Program(temp.resolve("other"), work());
    }

    private void works(String name) {
        assertThat(other.run("run", name).succeeded().out()).isEqualTo("hi\n");
        assertThat(id(other, name)).isEqualTo(id(jbuild, "x:1"));
    }

    private static String id(Program program, String name) {
        return program.run("inspect", "-f", "{{.Id}}", name).succeeded().out();
    }

    @Test
    void aDockerArchiveIsSavedAndLoaded() {
        jbuild.run("save", "-o", "x.tar", "x:1").succeeded();
        assertThat(other.run("load", "-i", "x.tar").succeeded().out()).isEqualTo("Loaded image: x:1\n");
        works("x:1");
    }

    @Test
    void anArchiveGoesThroughPipes() {
        byte[] archive = jbuild.run("save", "x:1").succeeded().bytes();
        other.run(archive, "load", "--tag", "y").succeeded();
        works("y");
    }

    @Test
    void anOciLayoutIsSavedAndLoaded() {
        jbuild.run("save", "--format", "oci-dir", "-o", "layout", "x:1").succeeded();
        assertThat(work().resolve("layout/oci-layout")).exists();
        other.run("load", "--input", "layout", "--tag", "z:2").succeeded();
        works("z:2");
    }

    @Test
    void outputsAreWritten() throws IOException {
        jbuild.run("build", "-q", "-o", "type=oci,dest=x.oci", "-o", "type=local,dest=tree", ".")
                .succeeded();
        other.run("load", "-i", "x.oci", "-t", "x").succeeded();
        works("x");
        assertThat(Files.readString(work().resolve("tree/d/hi"))).isEqualTo("hi\n");
        byte[] tar = jbuild.run("build", "-q", "-o", "-", ".").succeeded().bytes();
        Path file = Files.write(work().resolve("out.tar"), tar);
        assertThat(new String(Program.shell("tar -tf '" + file + "' | grep '^d/'"), StandardCharsets.UTF_8))
                .contains("d/hi\n", "d/hard\n");
    }

    @Test
    void whatNoStepReadsStaysPacked() throws IOException {
        jbuild.run("save", "-o", "x.tar", "x:1").succeeded();
        other.run("load", "-i", "x.tar").succeeded();
        write("Buildfile", "FROM x:1\nLABEL a=b\n");
        other.run("build", "-q", ".").succeeded();
        assertThat(unpacked()).isZero();
        write("new", "new\n");
        write("Buildfile", "FROM x:1\nCOPY new /d/new\n");
        other.run("build", "-q", "-t", "y", ".").succeeded();
        assertThat(unpacked()).isZero();
        assertThat(other.run("plan", ".").succeeded().out()).contains("1 step: 1 cached");
        write("Buildfile", "FROM scratch\nCOPY --from=x:1 /d/hi /\n");
        other.run("build", "-q", "-o", "tree", ".").succeeded();
        assertThat(work().resolve("tree/hi")).hasContent("hi\n");
        assertThat(unpacked()).isEqualTo(2);
        write("Buildfile", "FROM x:1\nCOPY new /d/new\n");
        other.run("build", "-q", "--squash-all", "-t", "z", ".").succeeded();
        for (String image : List.of("y", "z")) {
            assertThat(other.run("run", "--rm", image, "cat", "/d/new", "/d/hi")
                            .succeeded()
                            .out())
                    .isEqualTo("new\nhi\n");
        }
        other.run("store", "verify").succeeded();
    }

    private long unpacked() throws IOException {
        try (Stream<Path> layers = Files.list(other.root().resolve("layers"))) {
            return layers.count();
        }
    }

    @Test
    void anotherLayoutIsAContext() {
        jbuild.run("save", "--format", "oci-dir", "-o", "layout", "x:1").succeeded();
        write("Buildfile", "FROM base\nRUN cat /d/hi\n");
        assertThat(other.run("build", "--build-context", "base=oci-layout:layout", ".")
                        .succeeded()
                        .err())
                .containsPattern("#\\d+ [0-9.]+ hi\n");
    }

    /** Half the time of a start depends on it. */
    @Test
    void theFirstBuildKeepsItsClassesWhateverFlagsStandBefore() throws IOException {
        Path cache = temp.resolve("cache");
        jbuild.env("XDG_CACHE_HOME", cache.toString());
        jbuild.run("images").succeeded();
        assertThat(cache).doesNotExist();
        jbuild.run("--root", jbuild.root().toString(), "--debug", "build", "-q", ".")
                .succeeded();
        jbuild.run("images").succeeded();
        try (Stream<Path> kept = Files.list(cache.resolve("jbuild"))) {
            assertThat(kept).singleElement().asString().matches(".*/classes.*\\.jsa");
        }
    }

    @Test
    void theFolderWorksWhereverItIsCopied() {
        Path copy = temp.resolve("elsewhere");
        Program.shell("cp -r '" + Program.launcher().getParent().getParent() + "' '" + copy
                + "' && ln -s elsewhere/bin/jbuild '" + temp.resolve("link") + "'");
        assertThat(new String(
                        Program.shell("JBUILD_ROOT='" + jbuild.root() + "' '" + temp.resolve("link") + "' run x:1"),
                        StandardCharsets.UTF_8))
                .isEqualTo("hi\n");
    }
}
