package dev.jbuild.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Looking into images, wherever they are. */
@CalledInProcess
class LookIT extends EndToEnd {
    /** What each test begins with, once one has made it. */
    @TempDir
    static Path made;

    private static boolean isMade;

    @BeforeEach
    void anImageInEachForm() {
        if (isMade) {
            Program.shell("cp -a '" + made + "/.' '" + temp + "'");
            return;
        }
        makeImages();
        Program.shell("cp -a '" + temp + "/.' '" + made + "'");
        isMade = true;
    }

    private void makeImages() {
        jbuild.withBusybox();
        write("app/a", "one\n");
        write("app/b", "two\n");
        write(
                "Buildfile",
                "FROM busybox\nCOPY app /app\nRUN echo three > /app/a && rm /app/b && ln -s ../app/a /app/link"
                        + " && ln -s /app /way\n");
        jbuild.run("build", "-q", "-t", "looked", ".").succeeded();
        jbuild.run("save", "-o", "docker.tar", "looked").succeeded();
        jbuild.run("save", "--format", "oci", "-o", "oci.tar", "looked").succeeded();
        jbuild.run("save", "--format", "oci-dir", "-o", "layout", "looked").succeeded();
        Program.shell("cd '" + work() + "' && gzip -k docker.tar && zstd -q oci.tar");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "looked",
                "./docker.tar",
                "docker.tar",
                "docker-archive:docker.tar:looked:latest",
                "docker.tar.gz",
                "oci-archive:oci.tar:latest",
                "oci.tar.zst",
                "./layout",
                "layout",
                "oci:layout:latest",
                "oci-layout://layout",
            })
    void everyFormIsLookedIntoAlike(String image) throws IOException {
        Path other = temp.resolve("other");
        Program stranger = image.equals("looked") ? jbuild : new Program(other, work());
        assertThat(stranger.run("ls", image + ":/app").succeeded().out()).isEqualTo("a\nlink\n");
        assertThat(stranger.run("cat", image + ":/way/link").succeeded().out()).isEqualTo("three\n");
        assertThat(stranger.run("cat", image + "@1:/app/b", image + "@-1:/app/a")
                        .succeeded()
                        .out())
                .isEqualTo("two\nthree\n");
        assertThat(stranger.run("ls", "-l", image + "@2:/app").succeeded().out())
                .contains("w---------", "[2] b\n", "[2] link -> ../app/a\n");
        assertThat(stranger.run("ls", "--format", "json", image + ":/app/a")
                        .succeeded()
                        .out())
                .contains("\"Path\":\"/app/a\"", "\"Type\":\"file\"", "\"Size\":6", "\"Layer\":2");
        if (!image.equals("looked")) {
            try (var blobs = Files.list(other.resolve("blobs/sha256"));
                    var layers = Files.list(other.resolve("layers"))) {
                assertThat(blobs).isEmpty();
                assertThat(layers).isEmpty();
            }
        }
    }

    @Test
    void standardInputIsLookedIntoToo() throws IOException {
        byte[] archive = Files.readAllBytes(work().resolve("docker.tar.gz"));
        assertThat(jbuild.run(archive, "cat", "docker-archive:-:/app/a")
                        .succeeded()
                        .out())
                .isEqualTo("three\n");
        assertThat(jbuild.run(archive, "ls", "-").succeeded().out()).contains("app\n");
    }

    @Test
    void layersThatWerePulledStayPackedAndAreIndexedOnce() throws IOException {
        Program other = program("other");
        other.run("load", "-i", "docker.tar.gz").succeeded();
        assertThat(other.run("ls", "looked:/app").succeeded().out()).isEqualTo("a\nlink\n");
        List<String> before = blobs(other);
        assertThat(other.run("cat", "looked:/app/a").succeeded().out()).isEqualTo("three\n");
        assertThat(blobs(other)).isEqualTo(before);
        try (var layers = Files.list(other.root().resolve("layers"))) {
            assertThat(layers).isEmpty();
        }
    }

    private static List<String> blobs(Program program) throws IOException {
        try (var blobs = Files.list(program.root().resolve("blobs/sha256"))) {
            return blobs.map(Path::toString).sorted().toList();
        }
    }

    @Test
    void differencesAreShownAndToldByTheStatus() {
        assertThat(jbuild.run("diff", "busybox", "./docker.tar").ended(1).out())
                .contains("A /app\n", "A /app/link\n", "A step: COPY app /app", "added, 0 deleted");
        assertThat(jbuild.run("diff", "looked", "./layout").succeeded().out()).isEqualTo("no difference\n");
        assertThat(jbuild.run("diff", "looked@1", "looked@2").ended(1).out()).contains("C /app/a (content, 4B -> 6B)");
        assertThat(jbuild.run("diff", "-q", "looked:/bin", "busybox")
                        .succeeded()
                        .out())
                .isEmpty();
        assertThat(jbuild.run("diff", "looked").ended(2).err()).contains("jbuild diff --help");
    }

    @ParameterizedTest
    @ValueSource(strings = {"looked", "docker.tar.gz", "./layout"})
    void layersAreListedWithWhatTheyWaste(String image) {
        assertThat(jbuild.run("layers", image).succeeded().out())
                .containsPattern("LAYER +ID +SIZE +ADDED +CHANGED +REMOVED +WASTED +CREATED BY\n")
                .containsPattern("\n1 +[0-9a-f]{12} +[0-9.]+kB +3 +0 +0 +8B +COPY app /app")
                .containsPattern("\n2 +[0-9a-f]{12} +[0-9.]+kB +2 +1 +1 +0B +RUN .*echo three")
                .contains("of which 8B are wasted", "Efficiency 100.0 %")
                .containsPattern("\n4B +1 +/app/b\n");
        assertThat(jbuild.run("layers", "--format", "json", image).succeeded().out())
                .contains("\"CreatedBy\":\"COPY app /app", "\"Added\":3,\"Changed\":0,\"Removed\":0")
                .contains("\"ContentBytes\":8,\"WastedBytes\":8");
        assertThat(jbuild.run("layers", image + "@1").ended(2).err()).contains("is one layer");
    }

    @Test
    void blameTellsLayerInstructionBuildAndLine() {
        String build = jbuild.run("builds", "ls", "-q")
                .succeeded()
                .out()
                .lines()
                .findFirst()
                .orElseThrow();
        assertThat(jbuild.run("blame", "looked", "/way/a").succeeded().out())
                .containsPattern("\n2 +modified \\(content.*\\) +" + build + " +line 3 +RUN .*/app/a\n$");
        assertThat(jbuild.run("blame", "./docker.tar:/app/b").succeeded().out())
                .containsPattern("\n2 +removed +" + build + " +line 3 +RUN .*/app/b\n$");
        assertThat(jbuild.run("blame", "--all", "looked@1", "/app").succeeded().out())
                .containsPattern("\n1 +added +" + build + " +line 2 +COPY app /app .*/app/b\n$");
        assertThat(jbuild.run("blame", "-R", "looked", "/etc/passwd")
                        .succeeded()
                        .out())
                .containsPattern("\n0 +added +/etc/passwd\n$");
        assertThat(program("other")
                        .run("blame", "--all", "--format", "json", "oci.tar.zst:/app/a")
                        .succeeded()
                        .out())
                .containsPattern("\"Change\":\"added\".*\"Layer\":1,.*\"CreatedBy\":\"COPY app /app.*\n"
                        + ".*\"Change\":\"modified\",\"What\":\\[\"content\".*\"Layer\":2,")
                .doesNotContain("Build");
        assertThat(jbuild.run("blame", "looked", "/nothing").ended(1).err())
                .contains("no layer of the image has ever had a /nothing");
        assertThat(jbuild.run("blame", "looked").ended(2).err()).contains("no path is named");
    }

    @Test
    void treesShowWhatALayerChanged() {
        assertThat(jbuild.run("tree", "looked:/app").succeeded().out())
                .isEqualTo("/app\n├── a\n└── link -> ../app/a\n");
        assertThat(jbuild.run("tree", "-s", "docker.tar.gz@2:/app").succeeded().out())
                .isEqualTo("u 10B /app\n├── m 6B a\n├── r 4B b\n└── a link -> ../app/a\n");
        assertThat(jbuild.run("tree", "--changes=r", "looked").succeeded().out())
                .isEqualTo("u /\n└── u app\n    └── r b\n");
        assertThat(jbuild.run("tree", "--changes=a", "--depth=1", "--format=json", "looked@1")
                        .succeeded()
                        .out())
                .contains("\"Path\":\"/app\"", "\"Change\":\"added\"", "\"Bytes\":8")
                .hasLineCount(1);
        assertThat(jbuild.run("tree", "--changes=x", "looked").ended(2).err()).contains("no kind of change \"x\"");
        assertThat(jbuild.run("tree", "looked:/nothing").ended(1).err()).contains("there is no /nothing");
    }

    @Test
    void filesAreFoundByWhatTheyAre() {
        assertThat(jbuild.run("find", "looked:/way").succeeded().out()).isEqualTo("/app\n/app/a\n/app/link\n");
        assertThat(jbuild.run("find", "./layout", "-0", "--type=f", "--size=+5", "--size=-7", "--perm", "-u+r")
                        .succeeded()
                        .out())
                .isEqualTo("/app/a\0");
        assertThat(jbuild.run("find", "looked@1", "--path", "/app/*", "--size", "-5")
                        .succeeded()
                        .out())
                .isEqualTo("/app/a\n/app/b\n");
        // The digest of "three\n".
        assertThat(jbuild.run("find", "looked", "--sha256=f6936912184481f5", "--format=json")
                        .succeeded()
                        .out())
                .contains("\"Path\":\"/app/a\"", "\"Layer\":2");
        assertThat(jbuild.run("find", "looked", "--user", "www").ended(2).err())
                .contains("jbuild cat IMAGE:/etc/passwd");
    }

    @ParameterizedTest
    @ValueSource(strings = {"looked", "./docker.tar.gz", "./layout"})
    void filesAreCopiedOutAsDockerDoes(String image) throws IOException {
        Path out = Files.createDirectories(work().resolve("out"));
        jbuild.run("cp", image + ":/app/a", "out").succeeded();
        jbuild.run("cp", image + ":/app/a", "out/renamed").succeeded();
        jbuild.run("cp", image + ":/app", "out").succeeded();
        jbuild.run("cp", image + ":/app", "out/fresh").succeeded();
        jbuild.run("cp", image + "@1:/app/.", "out").succeeded();
        assertThat(out.resolve("a")).hasContent("one");
        assertThat(out.resolve("b")).hasContent("two");
        assertThat(out.resolve("renamed")).hasContent("three");
        assertThat(out.resolve("app/a")).hasContent("three");
        assertThat(Files.readSymbolicLink(out.resolve("fresh/link"))).isEqualTo(Path.of("../app/a"));
        assertThat(out.resolve("fresh/b")).doesNotExist();
        jbuild.run("cp", "-L", image + ":/way", "out/followed").succeeded();
        assertThat(out.resolve("followed/a")).hasContent("three");
        assertThat(jbuild.run("cp", image + ":/app", "out/a").ended(1).err()).contains("out/a is not a directory");
        assertThat(jbuild.run("cp", image + ":/app/a", "out/none/").ended(1).err())
                .contains("there is no directory");
        assertThat(jbuild.run("cp", image + ":/app/a", "/dev/null").ended(1).err())
                .contains("neither a file nor a directory");
    }

    @Test
    void nothingIsWrittenOutsideTheDestination() throws IOException {
        Path outside = Files.createDirectories(work().resolve("outside"));
        Files.createDirectories(work().resolve("out"));
        Files.createSymbolicLink(work().resolve("out/app"), outside);
        assertThat(jbuild.run("cp", "looked:/app", "out").ended(1).err()).contains("out/app is no directory");
        jbuild.run("cp", "looked:/way", "out").succeeded();
        assertThat(jbuild.run("cp", "looked:/app/link", "out/way/a").ended(1).err())
                .contains("no directory");
        assertThat(outside).isEmptyDirectory();
    }

    @Test
    void tarsAreInPathOrderAndAlikeWhereverTheImageLies() {
        byte[] tar = jbuild.run("export", "looked").succeeded().bytes();
        jbuild.run("export", "-o", "exported.tar", "./docker.tar.gz").succeeded();
        assertThat(work().resolve("exported.tar")).hasBinaryContent(tar);
        List<String> names = new String(
                        Program.shell("tar -tf '" + work().resolve("exported.tar") + "'"), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertThat(names)
                .contains("app/", "app/a", "app/link", "way", "bin/busybox")
                .doesNotContain("app/b");
        assertThat(new String(
                        Program.shell("tar -xOf '" + work().resolve("exported.tar") + "' app/a"),
                        StandardCharsets.UTF_8))
                .isEqualTo("three\n");
        byte[] part = jbuild.run("cp", "./layout:/app", "-").succeeded().bytes();
        assertThat(jbuild.run("cp", "looked:/app", "-").succeeded().bytes()).isEqualTo(part);
    }

    @Test
    void whatIsNotThereIsSaid() {
        assertThat(jbuild.run("cat", "looked:/nowhere").ended(1).err()).contains("there is no /nowhere in the image");
        assertThat(jbuild.run("cat", "looked:/app").ended(1).err()).contains("/app is no file but a directory");
        assertThat(jbuild.run("cat", "looked").ended(2).err()).contains("has no path");
        assertThat(jbuild.run("ls", "looked@7").ended(1).err()).contains("there is no layer 7: the image has 3");
        assertThat(jbuild.run("ls", "nothing").ended(1).err()).contains("no such image");
        assertThat(jbuild.run("ls", "./nothing").ended(1).err()).contains("there is no archive or layout");
        assertThat(jbuild.run("ls", "docker://alpine").ended(2).err()).contains("jbuild pull alpine");
        write("damaged/index.json", "{\"schemaVersion\":2,\"manifests\":[]}");
        assertThat(jbuild.run("ls", "./damaged").ended(1).err()).contains("holds no image");
    }
}
