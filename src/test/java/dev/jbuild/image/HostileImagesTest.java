package dev.jbuild.image;

import static dev.jbuild.image.ImageFixture.PLATFORM;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jbuild.layer.ArchiveLimits;
import dev.jbuild.layer.Compression;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.store.Store;
import dev.jbuild.testing.SharedVectors;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The vectors of hostile images in archives: each is loaded and unpacked, and either refused or harmless. */
@Tag("kernel")
class HostileImagesTest {
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    private static final String INDEX = "application/vnd.oci.image.index.v1+json";
    private static final String CONFIG = "application/vnd.oci.image.config.v1+json";
    private static final String LAYER = "application/vnd.oci.image.layer.v1.tar";
    private static final byte[] TAR = ImageFixture.tar(Map.of("hello", "hello"));
    private static final byte[] OTHER = ImageFixture.tar(Map.of("other", "other"));

    private static final int MOST_ENTRIES = 10_000;
    /** What the limits are called that some of them exceed. */
    private static final Map<String, String> LIMITS =
            Map.of("tar-pax-bomb", "1048576", "tar-many-entries", "JBUILD_ARCHIVE_MAX_ENTRIES");

    @TempDir
    Path directory;

    /** One image that is loaded. */
    /** Archives are kept compressed: some are long, and all are there at once. */
    private record Attempt(String vector, String what, byte[] archive, boolean mayLoad) {
        Attempt {
            archive = compressed(Compression.GZIP, archive);
        }

        InputStream open() throws IOException {
            return new GZIPInputStream(new ByteArrayInputStream(archive));
        }

        @Override
        public String toString() {
            return vector + ": " + what;
        }
    }

    @BeforeEach
    void outside() throws IOException {
        Files.writeString(directory.resolve("outside"), "victim");
    }

    private static final class Layout {
        private final Map<String, byte[]> files = new LinkedHashMap<>();
        private String index = "";

        Layout() {
            files.put("oci-layout", bytes("{\"imageLayoutVersion\":\"1.0.0\"}"));
        }

        String blob(byte[] content) {
            Digest digest = Digest.sha256(content);
            files.put("blobs/sha256/" + digest.hex(), content);
            return "\"digest\":\"" + digest + "\",\"size\":" + content.length;
        }

        String descriptor(String type, byte[] content) {
            return "{\"mediaType\":\"" + type + "\"," + blob(content) + "}";
        }

        Layout image(String manifest) {
            return root(descriptor(MANIFEST, bytes(manifest)));
        }

        Layout root(String descriptor) {
            index = "{\"schemaVersion\":2,\"manifests\":[" + descriptor + "]}";
            return this;
        }

        byte[] tar() {
            Map<String, byte[]> all = new LinkedHashMap<>(files);
            all.put("index.json", bytes(index));
            return archive(all);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] archive(Map<String, byte[]> files) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                TarArchiveEntry entry = new TarArchiveEntry(file.getKey(), true);
                entry.setSize(file.getValue().length);
                tar.putArchiveEntry(entry);
                tar.write(file.getValue());
                tar.closeArchiveEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static String config(byte[]... layers) {
        return config(Stream.of(layers)
                .map(layer -> "\"" + Digest.sha256(layer) + "\"")
                .collect(Collectors.joining(",")));
    }

    private static String config(String diffIds) {
        return "{\"os\":\"linux\",\"architecture\":\"amd64\",\"config\":{},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":["
                + diffIds + "]}}";
    }

    /** A layout with one image, of which some words are replaced. */
    private static byte[] image(String config, byte[]... layers) {
        return changed(config, manifest -> manifest, layers);
    }

    private static byte[] changed(String config, Function<String, String> change, byte[]... layers) {
        Layout layout = new Layout();
        String manifest = "{\"schemaVersion\":2,\"mediaType\":\"" + MANIFEST + "\",\"config\":"
                + layout.descriptor(CONFIG, bytes(config)) + ",\"layers\":["
                + Stream.of(layers)
                        .map(layer -> layout.descriptor(LAYER, layer))
                        .collect(Collectors.joining(","))
                + "]}";
        return layout.image(change.apply(manifest)).tar();
    }

    private static byte[] compressed(Compression compression, byte[] plain) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = compression.compress(bytes)) {
            out.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static List<Attempt> attempts() {
        List<Attempt> all = new ArrayList<>();
        String good = config(TAR);
        String vector = "manifest-index-confusion";
        all.add(new Attempt(
                vector,
                "with manifests too",
                changed(good, m -> m.replace("{\"schemaVersion\":2,", "{\"schemaVersion\":2,\"manifests\":[],"), TAR),
                false));
        all.add(new Attempt(vector, "said to be an index", changed(good, m -> m.replace(MANIFEST, INDEX), TAR), false));
        vector = "diffid-mismatch";
        all.add(new Attempt(vector, "of another layer", image(config(OTHER), TAR), false));
        all.add(new Attempt(vector, "swapped", image(config(OTHER, TAR), TAR, OTHER), false));
        all.add(new Attempt(vector, "the same layer twice", image(config(TAR, TAR), TAR, TAR), true));
        vector = "layer-count-mismatch";
        all.add(new Attempt(vector, "more layers", image(good, TAR, OTHER), false));
        all.add(new Attempt(vector, "fewer layers", image(config(TAR, OTHER), TAR), false));
        all.add(new Attempt(
                vector, "null", image("{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":null}", TAR), false));
        all.add(new Attempt(vector, "none", image("{\"os\":\"linux\",\"architecture\":\"amd64\"}", TAR), false));
        vector = "image-id-traversal";
        for (String digest : List.of(
                "sha256:../../outside",
                "sha256:ABC",
                "sha256:" + "a".repeat(63),
                "../../outside",
                "",
                "sha256:" + "A".repeat(64))) {
            all.add(new Attempt(
                    vector,
                    "layer " + digest,
                    changed(good, m -> m.replace(Digest.sha256(TAR).toString(), digest), TAR),
                    false));
            Layout layout = new Layout();
            all.add(new Attempt(
                    vector,
                    "manifest " + digest,
                    layout.root("{\"mediaType\":\"" + MANIFEST + "\",\"digest\":\"" + digest + "\",\"size\":1}")
                            .tar(),
                    false));
            String list = "[{\"Config\":\"" + digest + "\",\"RepoTags\":[\"x:1\"],\"Layers\":[\"" + digest + "\"]}]";
            all.add(new Attempt(vector, "docker " + digest, archive(Map.of("manifest.json", bytes(list))), false));
        }
        vector = "unknown-mediatype";
        for (String type :
                List.of("text/html", "", LAYER + "+encrypted", "application/vnd.wasm.content.layer.v1+wasm")) {
            all.add(new Attempt(vector, type, changed(good, m -> m.replace(LAYER, type), TAR), false));
        }
        all.add(new Attempt(
                vector,
                "zstd as gzip",
                changed(good, m -> m.replace(LAYER, LAYER + "+gzip"), compressed(Compression.ZSTD, TAR)),
                true));
        vector = "import-memory";
        all.add(new Attempt(vector, "config", image(config(TAR) + " ".repeat(40 << 20), TAR), false));
        all.add(new Attempt(vector, "manifest", changed(good, m -> m + " ".repeat(40 << 20), TAR), false));
        Layout large = new Layout();
        large.index = "{\"schemaVersion\":2,\"manifests\":[]}" + " ".repeat(40 << 20);
        all.add(new Attempt(vector, "index", large.tar(), false));
        vector = "manifest-huge";
        all.add(new Attempt(
                vector,
                "a size",
                changed(good, m -> m.replaceAll("\"size\":" + TAR.length, "\"size\":9223372036854775807"), TAR),
                false));
        all.add(new Attempt(
                vector,
                "layers",
                changed(
                        good,
                        m -> m.replace(
                                "\"layers\":[",
                                "\"layers\":["
                                        + ("{\"mediaType\":\"" + LAYER + "\",\"digest\":\"" + Digest.sha256(TAR)
                                                        + "\",\"size\":" + TAR.length + "},")
                                                .repeat(50_000)),
                        TAR),
                false));
        all.add(new Attempt(
                vector,
                "an annotation",
                changed(
                        good,
                        m -> m.replace(
                                "{\"schemaVersion\"",
                                "{\"annotations\":{\"a\":\"" + "b".repeat(1 << 20) + "\"},\"schemaVersion\""),
                        TAR),
                true));
        vector = "json-depth";
        for (String value : List.of(
                "[".repeat(100_000) + "]".repeat(100_000), "1e999999", "NaN", "\"\u0000\"", "{\"a\":1,\"a\":2}")) {
            all.add(new Attempt(
                    vector,
                    value.substring(0, Math.min(9, value.length())),
                    image(good.replace("{\"os\"", "{\"x\":" + value + ",\"os\""), TAR),
                    value.startsWith("1e")));
        }
        all.add(new Attempt(vector, "trailing", image(good + "}", TAR), false));
        all.add(new Attempt(vector, "byte order mark", image("\ufeff" + good, TAR), false));
        vector = "json-duplicate-keys";
        all.add(new Attempt(
                vector,
                "layers twice",
                changed(good, m -> m.replace("\"layers\"", "\"layers\":[],\"layers\""), TAR),
                false));
        all.add(new Attempt(
                vector,
                "another case",
                changed(good, m -> m.replace("\"layers\"", "\"Layers\":[],\"layers\""), TAR),
                true));
        vector = "index-recursion";
        Layout deep = new Layout();
        String descriptor = deep.descriptor(MANIFEST, bytes("{}"));
        for (int i = 0; i < 1000; i++) {
            descriptor = deep.descriptor(INDEX, bytes("{\"schemaVersion\":2,\"manifests\":[" + descriptor + "]}"));
        }
        all.add(new Attempt(vector, "deep", deep.root(descriptor).tar(), false));
        vector = "platform-confusion";
        all.add(new Attempt(vector, "windows", image(good.replace("linux", "windows"), TAR), true));
        vector = "restore-follow-symlink";
        all.add(new Attempt(vector, "index.json", symlinked("index.json"), false));
        all.add(new Attempt(vector, "oci-layout", symlinked("manifest.json"), false));
        vector = "gzip-bomb-layer";
        byte[] padded = Arrays.copyOf(TAR, 64 << 20);
        all.add(new Attempt(
                vector,
                "zeros after the end",
                changed(config(padded), m -> m.replace(LAYER, LAYER + "+gzip"), compressed(Compression.GZIP, padded)),
                true));
        vector = "tar-pax-bomb";
        byte[] bomb = withPax(8 << 20);
        all.add(new Attempt(vector, "8 MiB", image(config(bomb), bomb), false));
        byte[] fitting = withPax(1 << 19);
        all.add(new Attempt(vector, "half a MiB", image(config(fitting), fitting), true));
        vector = "tar-many-entries";
        byte[] many = empties(MOST_ENTRIES + 1);
        all.add(new Attempt(
                vector,
                "one too many",
                changed(config(many), m -> m.replace(LAYER, LAYER + "+gzip"), compressed(Compression.GZIP, many)),
                false));
        byte[] most = empties(MOST_ENTRIES);
        all.add(new Attempt(vector, "as many as may be", image(config(most), most), true));
        vector = "volume-path-escape";
        all.add(new Attempt(
                vector,
                "volumes",
                image(
                        good.replace(
                                "\"config\":{}",
                                "\"config\":{\"Volumes\":{\"/../../../\":{}},\"WorkingDir\":\"/../../x\"}"),
                        TAR),
                true));
        return all;
    }

    /** A tar with a PAX header of that length. */
    private static byte[] withPax(int length) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            TarArchiveEntry entry = new TarArchiveEntry("file");
            entry.addPaxHeader("comment", "x".repeat(length - " 1234567 comment=\n".length()));
            tar.putArchiveEntry(entry);
            tar.closeArchiveEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] empties(int count) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            files.put("d/" + i, new byte[0]);
        }
        return archive(files);
    }

    private static byte[] symlinked(String name) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            TarArchiveEntry entry = new TarArchiveEntry(name, TarArchiveEntry.LF_SYMLINK);
            entry.setLinkName("/etc/passwd");
            tar.putArchiveEntry(entry);
            tar.closeArchiveEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    @ParameterizedTest
    @MethodSource("attempts")
    void isRefusedOrHarmless(Attempt attempt) throws Exception {
        Path root = directory.resolve("store");
        ArchiveLimits limits = ArchiveLimits.DEFAULT;
        try (Store store = Store.open(root, new ArchiveLimits(MOST_ENTRIES, limits.bytes(), limits.ratio()))) {
            try {
                use(store, attempt.open());
            } catch (JbuildException refused) {
                assertThat(refused.what()).isNotBlank().contains(LIMITS.getOrDefault(attempt.vector(), ""));
                return;
            }
            assertThat(attempt.mayLoad()).isTrue();
        } finally {
            assertThat(directory.resolve("outside")).hasContent("victim");
            try (Stream<Path> beside = Files.list(directory)) {
                assertThat(beside).containsOnly(directory.resolve("outside"), root);
            }
        }
    }

    /** Loads the images, and unpacks them as a step that reads them does. */
    private static void use(Store store, InputStream archive) throws JbuildException {
        Cancellation cancellation = new Cancellation();
        List<LoadedImage> all = new ImageLoader(store).load(archive, Optional.empty(), PLATFORM, cancellation);
        for (LoadedImage one : all) {
            LocalImage image = new Documents(store.blobs())
                    .image(one.target(), PLATFORM)
                    .orElseThrow(() -> new UserError("it is for another platform"));
            new LayerFetcher(store, Optional.empty(), TransferProgress.NONE, cancellation).unpackAll(image, () -> {});
        }
    }

    @Test
    void eachOfTheseVectorsIsTried() throws IOException {
        List<String> tried = attempts().stream().map(Attempt::vector).distinct().toList();
        List<String> known = SharedVectors.load("hostile.json").stream()
                .map(vector -> vector.get("id").textValue())
                .toList();
        assertThat(known).containsAll(tried);
        assertThat(SharedVectors.load("hostile.json").stream()
                        .filter(HostileImagesTest::isOfImages)
                        .map(vector -> vector.get("id").textValue()))
                .isSubsetOf(tried);
    }

    private static boolean isOfImages(JsonNode vector) {
        return vector.has("layers_described")
                || List.of("image parsing", "load", "store, load", "JSON parsing", "import of archives")
                        .contains(vector.get("component").textValue());
    }
}
