package dev.jbuild.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.IndexedTar;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.snapshot.PlannedFile.Content;
import dev.jbuild.store.CacheRecords.CacheRecord;
import dev.jbuild.store.CollectionRequest;
import dev.jbuild.store.LayerStore.StoredLayer;
import dev.jbuild.store.Store;
import dev.jbuild.sys.RawPath;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Layers that are a tar until somebody mounts them. */
@Tag("kernel")
class PackedLayersTest {
    private static final Digest LINE = Digest.sha256("COPY".getBytes(StandardCharsets.US_ASCII));

    @TempDir
    Path directory;

    private Store store;
    private PackedLayers layers;

    @BeforeEach
    void open() throws JbuildException {
        store = Store.open(directory.resolve("store"));
        layers = new PackedLayers(store);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private record Text(String text) implements Content {
        @Override
        public long size() {
            return text.length();
        }

        @Override
        public InputStream open() {
            return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static PlannedFile planned(String path, EntryType type, int number, Optional<Content> content) {
        return new PlannedFile(
                path.isEmpty() ? RawPath.ROOT : RawPath.of(path),
                type,
                number,
                0755,
                0,
                0,
                1000,
                true,
                "",
                0,
                0,
                new TreeMap<>(),
                false,
                content);
    }

    /** A layer of files in one directory, which is put as the latest of the line. */
    private StoredLayer put(Map<String, String> contents) throws JbuildException, IOException {
        return put(LINE, contents);
    }

    private StoredLayer put(Digest line, Map<String, String> contents) throws JbuildException, IOException {
        List<PlannedFile> files = new ArrayList<>();
        files.add(planned("", EntryType.DIRECTORY, 0, Optional.empty()));
        files.add(planned("d", EntryType.DIRECTORY, 1, Optional.empty()));
        Map<RawPath, Digest> digests = new HashMap<>();
        new TreeMap<>(contents).forEach((name, text) -> {
            files.add(planned("d/" + name, EntryType.FILE, files.size(), Optional.of(new Text(text))));
            digests.put(RawPath.of("d/" + name), Digest.sha256(text.getBytes(StandardCharsets.US_ASCII)));
        });
        Map<Digest, Long> sizes = new HashMap<>();
        contents.forEach((name, text) -> sizes.put(digests.get(RawPath.of("d/" + name)), (long) text.length()));
        Optional<IndexedTar> like = layers.like(line, sizes);
        IndexedTar tar = PlannedLayer.write(files, digests, MergedView.of(List.of()), store.blobs(), like);
        return layers.put(tar, line, like);
    }

    private static Map<String, String> contents(int version) {
        Map<String, String> contents = new TreeMap<>();
        for (int i = 0; i < 50; i++) {
            contents.put("f" + i, ("content " + (i == version ? "changed " : "") + i + "\n").repeat(100));
        }
        return contents;
    }

    @Test
    void aLayerIsUnpackedWhenItIsFetched() throws Exception {
        StoredLayer layer = put(contents(-1));
        assertThat(store.layers().find(layer.diffId())).isEmpty();
        StoredLayer found = layers.find(layer.diffId()).orElseThrow();
        assertThat(found.summary()).isEqualTo(layer.summary());
        assertThat(found.index()).isEqualTo(layer.index());
        found.fetch();
        assertThat(found.directory().resolve("d/f7")).hasContent("content 7\n".repeat(100));
        assertThat(store.layers().find(layer.diffId()).orElseThrow().index()).isEqualTo(layer.index());
    }

    @Test
    void ofTheNextVersionOnlyWhatDiffersIsKept() throws Exception {
        StoredLayer first = put(contents(-1));
        StoredLayer second = put(contents(20));
        long whole = Files.size(store.blobs().path(first.diffId().digest()));
        assertThat(Files.size(store.blobs().path(second.diffId().digest()))).isLessThan(whole / 10);
        second.fetch();
        assertThat(second.directory().resolve("d/f20")).hasContent("content changed 20\n".repeat(100));
        assertThat(second.directory().resolve("d/f21")).hasContent("content 21\n".repeat(100));
    }

    @Test
    void aFileWithANewNameIsTakenFromTheOldOne() throws Exception {
        StoredLayer first = put(contents(-1));
        Map<String, String> renamed = new TreeMap<>();
        contents(-1).forEach((name, text) -> renamed.put("renamed-" + name, text));
        StoredLayer second = put(renamed);
        long whole = Files.size(store.blobs().path(first.diffId().digest()));
        assertThat(Files.size(store.blobs().path(second.diffId().digest()))).isLessThan(whole);
        second.fetch();
        assertThat(second.directory().resolve("d/renamed-f3")).hasContent("content 3\n".repeat(100));
    }

    @Test
    void anotherTreeIsWrittenWhole() throws Exception {
        put(contents(-1));
        StoredLayer other = put(Map.of("a", "nothing of that"));
        assertThat(store.blobs().path(other.diffId().digest()).toString()).contains("/blobs/");
    }

    private static Map<String, String> large(String prefix, int version) {
        Map<String, String> contents = new TreeMap<>();
        contents(version).forEach((name, text) -> contents.put(prefix + name, text.repeat(30)));
        return contents;
    }

    @Test
    void whatAnyLineMadeLendsItsLargeFiles() throws Exception {
        StoredLayer first = put(large("", -1));
        long whole = Files.size(store.blobs().path(first.diffId().digest()));
        for (int version = 0; version < 3; version++) {
            Digest line = Digest.sha256(new byte[] {(byte) version});
            StoredLayer other = put(line, large("other-", version));
            Path file = store.blobs().path(other.diffId().digest());
            assertThat(file.toString()).contains("/deltas/");
            assertThat(Files.size(file)).isLessThan(whole / 10);
            other.fetch();
            assertThat(other.directory().resolve("d/other-f7")).hasContent("content 7\n".repeat(3000));
            assertThat(other.directory().resolve("d/other-f" + version))
                    .hasContent(("content changed " + version + "\n").repeat(3000));
        }
    }

    @Test
    void aLayerThatIsGoneLendsNothing() throws Exception {
        StoredLayer first = put(large("", -1));
        age();
        Thread.sleep(5);
        store.collect(CollectionRequest.everything("test"));
        assertThat(layers.find(first.diffId())).isEmpty();
        Digest line = Digest.sha256(new byte[] {1});
        StoredLayer other = put(line, large("", 3));
        assertThat(store.blobs().path(other.diffId().digest()).toString()).contains("/blobs/");
        // And the next finds this one.
        StoredLayer third = put(Digest.sha256(new byte[] {2}), large("", 4));
        assertThat(store.blobs().path(third.diffId().digest()).toString()).contains("/deltas/");
    }

    private void age() throws IOException {
        for (String kind : List.of("blobs", "deltas", "layers")) {
            Path files = store.root().resolve(kind);
            if (!Files.exists(files)) {
                continue;
            }
            try (Stream<Path> all = Files.walk(files)) {
                for (Path file : all.filter(Files::isRegularFile).toList()) {
                    Files.setLastModifiedTime(file, FileTime.fromMillis(1000));
                }
            }
        }
    }

    @Test
    void theTarOfACachedResultStays() throws Exception {
        StoredLayer first = put(contents(-1));
        StoredLayer second = put(contents(20));
        Digest key = Digest.sha256(new byte[0]);
        store.records().put(new CacheRecord(key, "{}", List.of(second.diffId()), List.of()));
        age();
        store.collect(CollectionRequest.unreachable("test"));
        StoredLayer found = layers.find(second.diffId()).orElseThrow();
        found.fetch();
        assertThat(found.directory().resolve("d/f20")).hasContent("content changed 20\n".repeat(100));
        // What only lent bytes is no layer that anybody asked to keep, but its bytes are there.
        assertThat(store.blobs().has(first.diffId().digest())).isTrue();

        age();
        Thread.sleep(5);
        store.collect(CollectionRequest.everything("test"));
        assertThat(layers.find(second.diffId())).isEmpty();
        assertThat(store.audit().blobs()).isEmpty();
    }

    @Test
    void theIndexIsMadeAgainFromTheTar() throws Exception {
        StoredLayer layer = put(contents(-1));
        store.close();
        Files.delete(directory.resolve("store/jbuild.db"));
        open();
        assertThat(layers.like(LINE, Map.of())).isEmpty();
        StoredLayer found = layers.find(layer.diffId()).orElseThrow();
        assertThat(found.summary()).isEqualTo(layer.summary());
        assertThat(found.index()).isEqualTo(layer.index());
    }
}
