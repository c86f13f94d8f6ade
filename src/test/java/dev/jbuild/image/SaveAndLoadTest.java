package dev.jbuild.image;

import static dev.jbuild.image.ImageFixture.PLATFORM;
import static dev.jbuild.image.ImageFixture.name;
import static dev.jbuild.image.ImageFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.image.ImageExporter.Export;
import dev.jbuild.layer.Compression;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.testing.Needs;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("kernel")
class SaveAndLoadTest {
    @TempDir
    Path directory;

    private ImageFixture here;
    private ImageFixture there;

    @BeforeEach
    void open() throws JbuildException {
        here = new ImageFixture(directory.resolve("here"));
        there = new ImageFixture(directory.resolve("there"));
    }

    @AfterEach
    void close() {
        here.close();
        there.close();
    }

    private byte[] save(String type, Map<String, String> attributes, LocalImage image, String... names)
            throws JbuildException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        save(type, attributes, out, image, names);
        return out.toByteArray();
    }

    private void save(String type, Map<String, String> attributes, OutputStream out, LocalImage image, String... names)
            throws JbuildException {
        Map<String, String> all = new TreeMap<>(Map.of("dest", "-"));
        all.putAll(attributes);
        List<ImageReference> references =
                List.of(names).stream().map(ImageFixture::name).toList();
        new ImageExporter(here.store)
                .export(
                        List.of(new Export(image, references)),
                        ExportOptions.parse(type, all),
                        out,
                        TransferProgress.NONE,
                        here.cancellation);
    }

    private List<LoadedImage> load(byte[] archive) throws JbuildException {
        return load(archive, Optional.empty());
    }

    private List<LoadedImage> load(byte[] archive, Optional<ImageReference> name) throws JbuildException {
        return new ImageLoader(there.store).load(new ByteArrayInputStream(archive), name, PLATFORM, there.cancellation);
    }

    private static byte[] compressed(Compression compression, byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = compression.compress(bytes)) {
            out.write(plain);
        }
        return bytes.toByteArray();
    }

    @ParameterizedTest
    @CsvSource({"oci,NONE", "docker,NONE", "docker,GZIP", "oci,ZSTD"})
    void loadsWhatWasSaved(String type, Compression compression) throws Exception {
        LocalImage image = here.image("app:1");
        byte[] archive = compressed(compression, save(type, Map.of(), image, "app:1", "team/app:2"));
        List<LoadedImage> loaded = load(archive);
        assertThat(loaded)
                .containsExactly(
                        new LoadedImage(List.of(name("app:1"), name("team/app:2")), image.id(), image.target()));
        LocalImage found = there.library.get("team/app:2", PLATFORM);
        assertThat(found.config()).isEqualTo(image.config());
        assertThat(found.config().config().healthcheck()).isPresent();
        assertThat(there.library
                        .unpack(found, TransferProgress.NONE, there.cancellation)
                        .diffIds())
                .isEqualTo(image.config().diffIds());
    }

    @ParameterizedTest
    @CsvSource({"oci,gzip", "docker,zstd", "docker,uncompressed"})
    void compressesLayersWhenAsked(String type, String compression) throws Exception {
        LocalImage image = here.image("app:1");
        List<LoadedImage> loaded = load(save(type, Map.of("compression", compression), image, "app:1"));
        LocalImage found = there.library.get("app:1", PLATFORM);
        assertThat(loaded).extracting(LoadedImage::id).containsExactly(image.id());
        assertThat(found.manifest().equals(image.manifest())).isEqualTo(compression.equals("uncompressed"));
        there.library.unpack(found, TransferProgress.NONE, there.cancellation);
    }

    @Test
    void sameImageGivesSameBytes() throws Exception {
        LocalImage image = here.image("app:1");
        assertThat(save("docker", Map.of(), image, "app:1")).isEqualTo(save("docker", Map.of(), image, "app:1"));
    }

    @Test
    void nameOfTheCallerWinsAndNoNameIsFine() throws Exception {
        LocalImage image = here.image("app:1");
        assertThat(load(save("oci", Map.of(), image)).get(0).names()).isEmpty();
        assertThat(there.library.list()).extracting(ListedImage::name).containsExactly(Optional.empty());
        assertThat(load(save("oci", Map.of(), image, "app:1"), Optional.of(name("mine:3")))
                        .get(0)
                        .names())
                .containsExactly(name("mine:3"));
    }

    @Test
    void writesAndReadsLayoutDirectories() throws Exception {
        Path layout = directory.resolve("layout");
        Map<String, String> attributes = Map.of("dest", layout.toString(), "tar", "false");
        save("oci", attributes, OutputStream.nullOutputStream(), here.image("app:1"), "app:1");
        save("oci", attributes, OutputStream.nullOutputStream(), here.image("other:1"), "other:1");
        List<LoadedImage> loaded =
                new ImageLoader(there.store).load(layout, Optional.empty(), PLATFORM, there.cancellation);
        assertThat(loaded).hasSize(2);
        assertThat(there.library.find("app:1", PLATFORM)).isPresent();
        assertThat(there.library.find("other:1", PLATFORM)).isPresent();
    }

    @Test
    void loadsOldDockerArchivesWithSymlinkedLayers() throws Exception {
        LocalImage image = here.image("app:1");
        ByteArrayOutputStream layer = new ByteArrayOutputStream();
        here.library
                .layers()
                .copyTarTo(
                        image.manifest().layers().get(0),
                        image.config().diffIds().get(0),
                        layer);
        String config = new String(here.store.blobs().read(image.id()), StandardCharsets.UTF_8);
        String manifest = "[{\"Config\":\"" + image.id().hex()
                + ".json\",\"RepoTags\":[\"old:1\"],\"Layers\":[\"b/layer.tar\"]}]";
        String content = layer.toString(StandardCharsets.ISO_8859_1);
        byte[] archive = tar(Map.of(
                image.id().hex() + ".json",
                config,
                "a/layer.tar",
                content,
                "a/json",
                "{}",
                "a/VERSION",
                "1.0",
                "b/layer.tar",
                "->../a/layer.tar",
                "manifest.json",
                manifest,
                "repositories",
                "{}"));
        List<LoadedImage> loaded = load(archive);
        assertThat(loaded).extracting(LoadedImage::id).containsExactly(image.id());
        assertThat(there.library
                        .unpack(there.library.get("old:1", PLATFORM), TransferProgress.NONE, there.cancellation)
                        .diffIds())
                .isEqualTo(image.config().diffIds());
        byte[] damaged = tar(
                Map.of(image.id().hex() + ".json", config, "b/layer.tar", content + "x", "manifest.json", manifest));
        assertThatThrownBy(() -> load(damaged)).isInstanceOf(UserError.class).hasMessageContaining("damaged");
    }

    @Test
    void refusesWhatIsNoArchive() {
        assertThatThrownBy(() -> load(new byte[0])).isInstanceOf(UserError.class);
        assertThatThrownBy(() -> load("hello".repeat(500).getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(UserError.class);
        assertThatThrownBy(() -> load(tar(Map.of("a", "b"))))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("neither index.json nor manifest.json");
        assertThatThrownBy(() -> load(tar(Map.of("manifest.json", "[{\"Config\":\"x.json\",\"Layers\":[]}]"))))
                .hasMessageContaining("x.json");
        String wrong = "blobs/sha256/" + Digest.sha256(new byte[3]).hex();
        assertThatThrownBy(() -> load(tar(Map.of(wrong, "abc")))).isInstanceOf(JbuildException.class);
    }

    @Test
    void exportsFilesToADirectoryAndATar() throws Exception {
        LocalImage image = here.image("app:1");
        Path root = directory.resolve("root");
        save("local", Map.of("dest", root.toString()), OutputStream.nullOutputStream(), image);
        assertThat(root.resolve("link")).isSymbolicLink().hasContent("hello app:1");
        Path file = directory.resolve("root.tar");
        save("tar", Map.of("dest", file.toString()), OutputStream.nullOutputStream(), image);
        assertThat(run("tar", "tf", file.toString())).isEqualTo("bin/\nbin/hello\nlink\n");
    }

    private BuiltImages index() throws JbuildException {
        BuiltImage one = new BuiltImage(
                PLATFORM, here.image(Optional.empty(), Map.of("a", "1")), 0, 0, Optional.empty(), Map.of());
        Platform arm = new Platform("linux", "arm", "v7", "");
        BuiltImage other = new BuiltImage(
                arm, here.image(Optional.empty(), Map.of("a", "2", "b", "3")), 0, 0, Optional.empty(), Map.of());
        return BuiltImages.indexed(List.of(other, one), here.store);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "gzip"})
    void anIndexIsWrittenWholeAndLoadedWhole(String compression) throws Exception {
        BuiltImages index = index();
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        Map<String, String> attributes =
                compression.isEmpty() ? Map.of("dest", "-") : Map.of("dest", "-", "compression", compression);
        List<Descriptor> written =
                export(new Export(index, List.of(name("app:1"))), "oci", attributes, archive).stream()
                        .map(BuiltImages::target)
                        .toList();
        assertThat(load(archive.toByteArray()))
                .extracting(LoadedImage::target)
                .containsExactlyElementsOf(written)
                .extracting(Descriptor::mediaType)
                .containsExactly(MediaTypes.OCI_INDEX);
        Platform arm = new Platform("linux", "arm", "v7", "");
        LocalImage armImage = there.library.get("app:1", arm);
        assertThat(armImage.id()).isEqualTo(index.images().get(0).image().id());
        assertThat(there.library.get("app:1", PLATFORM).id())
                .isEqualTo(index.images().get(1).image().id());
        there.library.unpack(armImage, TransferProgress.NONE, there.cancellation);
        assertThat(written.get(0).equals(index.target())).isEqualTo(compression.isEmpty());
    }

    private List<BuiltImages> export(Export export, String type, Map<String, String> attributes, OutputStream out)
            throws JbuildException {
        return new ImageExporter(here.store)
                .export(
                        List.of(export),
                        ExportOptions.parse(type, attributes),
                        out,
                        TransferProgress.NONE,
                        here.cancellation);
    }

    @Test
    void filesOfSeveralPlatformsHaveADirectoryEach() throws Exception {
        Export export = new Export(index(), List.of());
        Path root = directory.resolve("root");
        export(export, "local", Map.of("dest", root.toString()), OutputStream.nullOutputStream());
        assertThat(root.resolve("linux_arm_v7/a")).hasContent("2");
        assertThat(root.resolve("linux_amd64/a")).hasContent("1");
        Path file = directory.resolve("root.tar");
        export(export, "tar", Map.of("dest", file.toString()), OutputStream.nullOutputStream());
        assertThat(run("tar", "tf", file.toString()))
                .isEqualTo("linux_amd64/\nlinux_amd64/a\nlinux_arm_v7/\nlinux_arm_v7/a\nlinux_arm_v7/b\n");
        assertThatThrownBy(() -> export(
                        export, "tar", Map.of("dest", "-", "platform-split", "false"), OutputStream.nullOutputStream()))
                .isInstanceOf(UserError.class)
                .hasMessage("cannot overwrite a from linux/arm/v7 with linux/amd64 when split option is disabled");
    }

    @Test
    void filesGetTheTimeOfTheEpoch() throws Exception {
        BuiltImage built =
                new BuiltImage(PLATFORM, here.image("app:1"), 0, 0, Optional.of(Instant.ofEpochSecond(1000)), Map.of());
        Path root = directory.resolve("root");
        Export export = new Export(BuiltImages.of(built), List.of());
        export(export, "local", Map.of("dest", root.toString()), OutputStream.nullOutputStream());
        assertThat(Files.getLastModifiedTime(root.resolve("bin/hello")).toMillis())
                .isEqualTo(1_000_000);
        Path file = directory.resolve("root.tar");
        export(
                export,
                "tar",
                Map.of("dest", file.toString(), "source-date-epoch", "2000"),
                OutputStream.nullOutputStream());
        assertThat(run("tar", "tvf", file.toString(), "--utc", "--full-time")).contains("1970-01-01 00:33:20");
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            Needs.machine(false, command[0] + " isn't installed");
            return "";
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    @Test
    @Tag("slow")
    void skopeoReadsBothKindsOfArchives() throws Exception {
        LocalImage image = here.image("app:1");
        Path oci = directory.resolve("oci.tar");
        Path docker = directory.resolve("docker.tar");
        save("oci", Map.of("dest", oci.toString()), OutputStream.nullOutputStream(), image, "app:1");
        save("docker", Map.of("dest", docker.toString()), OutputStream.nullOutputStream(), image, "app:1");
        assertThat(run("skopeo", "inspect", "oci-archive:" + oci))
                .contains(image.manifest().raw().digest().toString());
        run("skopeo", "inspect", "docker-archive:" + docker);
        Path back = directory.resolve("back.tar");
        run("skopeo", "copy", "docker-archive:" + docker, "docker-archive:" + back + ":again:1");
        assertThat(load(Files.readAllBytes(back))).extracting(LoadedImage::id).containsExactly(image.id());
    }
}
