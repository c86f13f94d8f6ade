package dev.jbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Images made of images: what they are told to have, and all else as it was. */
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ImageEditsTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Path temp = Path.of("");

    @BeforeAll
    void build(@TempDir Path shared) throws IOException {
        temp = shared;
        write("base/file", "base\n");
        write("base/Buildfile", "FROM scratch\nCOPY file /one\nCOPY file /two\nENV A=1\n");
        run(0, "build", "-t", "base", "base");
        write("app/file", "app\n");
        write("app/Buildfile", """
                FROM base
                LABEL kept=yes
                COPY file /two
                COPY file /three
                CMD ["/old"]
                """);
        run(0, "build", "-t", "app", "app");
    }

    private void write(String name, String text) throws IOException {
        Path file = temp.resolve(name);
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, text);
    }

    /** Returns what was printed. */
    private String run(int status, String... args) {
        TestConsole console = new TestConsole()
                .in(temp)
                .home(Path.of("target/jbuild").toAbsolutePath())
                .env("JBUILD_ROOT", temp.resolve("store").toString());
        assertThat(console.run(args)).as(console.err()).isEqualTo(status);
        return console.out() + (status == 0 ? "" : console.err());
    }

    private JsonNode inspect(String image) throws IOException {
        return MAPPER.readTree(run(0, "inspect", image)).get(0);
    }

    private static JsonNode layers(JsonNode image) {
        return image.at("/RootFS/Layers");
    }

    @Test
    void settingsChangeAndLayersDoNot() throws IOException {
        run(
                0,
                "mutate",
                "app",
                "-e",
                "Z=1",
                "-e",
                "A=2 3",
                "-l",
                "new=x=y",
                "--entrypoint",
                "[\"/a\",\"b,c\"]",
                "--cmd",
                "d,e",
                "-u",
                "7:8",
                "-w",
                "/w",
                "--exposed-ports",
                "80,53/udp",
                "-t",
                "mutated");

        JsonNode image = inspect("mutated");
        JsonNode config = image.path("Config");
        assertThat(config.path("Env").toString()).endsWith("\"A=2 3\",\"Z=1\"]");
        assertThat(config.path("Labels").toString()).isEqualTo("{\"kept\":\"yes\",\"new\":\"x=y\"}");
        assertThat(config.path("Entrypoint").toString()).isEqualTo("[\"/a\",\"b,c\"]");
        assertThat(config.path("Cmd").toString()).isEqualTo("[\"d\",\"e\"]");
        assertThat(config.path("User").asText()).isEqualTo("7:8");
        assertThat(config.path("WorkingDir").asText()).isEqualTo("/w");
        assertThat(config.path("ExposedPorts").toString()).isEqualTo("{\"53/udp\":{},\"80/tcp\":{}}");
        assertThat(layers(image)).isEqualTo(layers(inspect("app")));
        assertThat(run(0, "history", "-q", "--no-trunc", "mutated").lines().skip(1))
                .containsExactlyElementsOf(run(0, "history", "-q", "--no-trunc", "app")
                        .lines()
                        .skip(1)
                        .toList());
    }

    @Test
    void aLayoutIsTakenAndADamagedOneRefused() throws IOException {
        run(0, "save", "--format", "oci-dir", "-o", "layout", "app");
        String layer;
        try (Stream<Path> blobs = Files.list(temp.resolve("layout/blobs/sha256"))) {
            layer = blobs.max(Comparator.comparing(file -> file.toFile().length()))
                    .orElseThrow()
                    .toString();
        }
        String store = "--root=" + temp.resolve("other");

        run(0, "mutate", "./layout", "-l", "new=1", "-t", "taken", store);

        assertThat(run(0, "cat", "taken:/three", store)).isEqualTo("app\n");
        Files.write(Path.of(layer), new byte[] {0}, StandardOpenOption.APPEND);
        assertThat(run(1, "mutate", "./layout", "-l", "new=1", "--root=" + temp.resolve("third")))
                .contains("the image is damaged", Path.of(layer).getFileName().toString());
    }

    @Test
    void theSameChangesMakeTheSameImageAndNoneTheImageItself() {
        String id = run(0, "mutate", "app", "-l", "a=b", "--annotation", "c=d");

        assertThat(run(0, "mutate", "app", "--annotation", "c=d", "-l", "a=b")).isEqualTo(id);
        assertThat(run(0, "mutate", "app")).isEqualTo(run(0, "inspect", "-f", "{{.Id}}", "app"));
        assertThat(run(0, "mutate", id.strip(), "--unsetlabel", "a"))
                .isEqualTo(run(0, "inspect", "-f", "{{.Id}}", "app"));
    }

    @Test
    void imagesOfArchivesAreTakenIntoTheStore() throws IOException {
        run(0, "save", "-o", "app.tar", "app");

        run(0, "--root", "other", "mutate", "./app.tar", "--unsetenv", "A", "-t", "taken");

        assertThat(run(0, "--root", "other", "cat", "taken:/two")).isEqualTo("app\n");
        assertThat(run(0, "--root", "other", "inspect", "taken")).doesNotContain("A=1");
        assertThat(run(0, "--root", "other", "store", "verify")).contains("all is as it should be");
    }

    /** The files, whatever layers they are in. */
    private String list(String image) {
        return run(0, "ls", "-l", image).replaceAll(" \\[\\d\\] ", " ");
    }

    @Test
    void layersBecomeOneAndFilesStay() throws IOException {
        JsonNode before = layers(inspect("app"));
        run(0, "squash", "app", "--keep-base", "base", "-t", "squashed");
        run(0, "squash", "app", "--from-layer", "1", "-t", "upper");
        run(0, "squash", "app", "--all", "-t", "flat");

        JsonNode after = layers(inspect("squashed"));
        assertThat(after).hasSize(3);
        assertThat(after.get(0)).isEqualTo(before.get(0));
        assertThat(after.get(1)).isEqualTo(before.get(1));
        assertThat(layers(inspect("upper"))).hasSize(2);
        assertThat(layers(inspect("flat"))).hasSize(1);
        for (String image : new String[] {"squashed", "upper", "flat"}) {
            assertThat(list(image)).isEqualTo(list("app"));
            assertThat(run(0, "cat", image + ":/two")).isEqualTo("app\n");
            assertThat(inspect(image).path("Config")).isEqualTo(inspect("app").path("Config"));
            // One row of the history for each layer, with its size.
            assertThat(run(0, "history", "--format", "json", image)
                            .lines()
                            .filter(row -> !row.contains("\"Size\":\"0B\"")))
                    .hasSize(layers(inspect(image)).size());
        }
        assertThat(run(0, "squash", "flat", "--all")).isEqualTo(run(0, "inspect", "-f", "{{.Id}}", "flat"));
    }

    @Test
    void directoriesAndTarsBecomeLayers() throws IOException {
        write("more/two", "more\n");
        write("more/d/deep", "deep\n");
        Files.createSymbolicLink(temp.resolve("more/link"), Path.of("two"));
        String id = run(0, "append", "app", "-f", "more", "-t", "appended");

        assertThat(run(0, "cat", "appended:/two", "appended:/d/deep")).isEqualTo("more\ndeep\n");
        assertThat(run(0, "ls", "-l", "appended:/d")).contains("-rw-r--r-- 0:0 5 1970-01-01T00:00:00Z");
        assertThat(run(0, "ls", "appended")).isEqualTo("d\nlink\none\nthree\ntwo\n");
        assertThat(layers(inspect("appended"))).hasSize(5);
        assertThat(run(0, "history", "appended")).contains("jbuild append more");
        Files.setLastModifiedTime(temp.resolve("more/two"), FileTime.from(Instant.EPOCH.plusSeconds(9)));
        assertThat(run(0, "append", "app", "-f", "more")).isEqualTo(id);

        run(0, "export", "appended", "-o", "all.tar");
        run(0, "append", "base", "-f", "all.tar", "-f", "more", "-t", "both");
        assertThat(layers(inspect("both"))).hasSize(4);
        assertThat(run(0, "cat", "both:/three")).isEqualTo("app\n");
        assertThat(run(0, "store", "verify")).contains("all is as it should be");
        assertThat(run(1, "append", "app", "-f", "nowhere")).contains("no readable directory or tar nowhere");
        assertThat(run(1, "append", "app", "-f", "app/file")).contains("file can't be a layer");
    }

    @Test
    void layersMoveToAnotherBase() throws IOException {
        write("newer/file", "newer\n");
        write("newer/Buildfile", "FROM scratch\nCOPY file /two\nCOPY file /three\nCOPY file /four\nENV A=9\n");
        run(0, "build", "-t", "newer", "newer");

        JsonNode told = MAPPER.readTree(
                run(0, "rebase", "app", "--onto", "newer", "--old-base", "base", "--format", "json", "-t", "moved"));

        assertThat(told.path("overlaps").toString())
                .isEqualTo("[{\"path\":\"/three\",\"image\":\"replaces\",\"base\":\"added\"},"
                        + "{\"path\":\"/two\",\"image\":\"replaces\",\"base\":\"changed\"}]");
        assertThat(run(0, "ls", "moved")).isEqualTo("four\nthree\ntwo\n");
        assertThat(run(0, "cat", "moved:/two", "moved:/four")).isEqualTo("app\nnewer\n");
        assertThat(inspect("moved").path("Config")).isEqualTo(inspect("app").path("Config"));
        assertThat(layers(inspect("moved"))).hasSize(5);
        assertThat(run(0, "history", "--format", "json", "moved"))
                .doesNotContain("/one")
                .contains("/four");
        assertThat(run(0, "rebase", "moved", "--onto", "base", "--old-base", "newer"))
                .isEqualTo(run(0, "inspect", "-f", "{{.Id}}", "app"));
        run(0, "mutate", "app", "-a", "org.opencontainers.image.base.name=base", "-t", "saying");
        run(0, "rebase", "saying", "--onto", "newer", "-t", "said");
        assertThat(layers(inspect("said"))).isEqualTo(layers(inspect("moved")));
    }

    @Test
    void badRequestsAreRefused() {
        assertThat(run(1, "rebase", "app", "--onto", "base")).contains("give --old-base IMAGE");
        assertThat(run(1, "rebase", "base", "--onto", "base", "--old-base", "app"))
                .contains("is not built upon app");
        assertThat(run(2, "rebase", "app")).contains("--onto");
        assertThat(run(2, "mutate", "app", "-e", "A")).contains("--env A is not NAME=VALUE");
        assertThat(run(2, "mutate", "app", "--cmd", "[1]")).contains("no JSON array of strings");
        assertThat(run(2, "mutate", "app", "--cmd", "[\"a")).contains("no JSON array of strings");
        assertThat(run(2, "mutate", "app", "-w", "w")).contains("no absolute path");
        assertThat(run(2, "mutate", "app", "--exposed-ports", "http")).contains("http is no port");
        assertThat(run(1, "mutate", "none")).contains("no such image: none");
        assertThat(run(2, "squash", "app")).contains("give --all, --keep-base BASE or --from-layer N");
        assertThat(run(2, "squash", "app", "--all", "--from-layer", "1")).contains("only one can say");
        assertThat(run(1, "squash", "app", "--from-layer", "4")).contains("the image has 4, counted from 0");
        assertThat(run(1, "squash", "base", "--keep-base", "app"))
                .contains("base is not built upon app, which has more");
    }
}
