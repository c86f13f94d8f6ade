package dev.jbuild.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.layer.ContentDigest;
import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.layer.LayerSummary;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageIndex;
import dev.jbuild.oci.Manifest;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.RemoteError;
import dev.jbuild.problem.StoreCorrupted;
import dev.jbuild.store.CacheRecords.CacheRecord;
import dev.jbuild.store.ImageNames.NamedImage;
import dev.jbuild.store.LayerStore.StoredLayer;
import dev.jbuild.store.LayerStore.WorkArea;
import dev.jbuild.store.Store.Collected;
import dev.jbuild.sys.RawPath;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreTest {
    @TempDir
    Path directory;

    private Store open() throws JbuildException {
        return Store.open(directory.resolve("store"));
    }

    @Test
    void blobsAreKeptByDigest() throws Exception {
        try (Store store = open()) {
            Digest digest = store.blobs().put(bytes("hello"));
            assertThat(digest).isEqualTo(Digest.sha256(bytes("hello")));
            assertThat(store.blobs().has(digest)).isTrue();
            assertThat(store.blobs().size(digest)).contains(5L);
            assertThat(store.blobs().read(digest)).isEqualTo(bytes("hello"));
            assertThat(store.blobs().path(digest)).hasContent("hello");
        }
    }

    @Test
    void othersOfThisMachineCannotEnter() throws Exception {
        open().close();
        assertThat(Files.getPosixFilePermissions(directory.resolve("store")))
                .isSubsetOf(PosixFilePermissions.fromString("rwx--x---"));
    }

    @Test
    void whatWasLeftByDeadOwnersIsSweptWhateverItIs() throws Exception {
        try (Store store = open()) {
            Path ingest = store.root().resolve("ingest");
            Files.createDirectories(ingest.resolve("1-dead/3.layer/fs"));
            Files.createFile(ingest.resolve("1-dead.lock"));
            Files.createDirectories(ingest.resolve("2-dead"));
            Files.createFile(ingest.resolve("3-dead.lock"));
            Path unfinished = Files.createFile(ingest.resolve("version1"));
            Files.setLastModifiedTime(unfinished, FileTime.from(Instant.EPOCH));
            Path recent = Files.createFile(ingest.resolve("version2"));
            store.collect(CollectionRequest.unreachable("test"));
            try (Stream<Path> left = Files.list(ingest)) {
                String own = ProcessHandle.current().pid() + "-";
                assertThat(left.filter(path -> !path.getFileName().toString().startsWith(own)))
                        .containsExactly(recent);
            }
        }
    }

    @Test
    void anIngestIsSeenWhenCommitted() throws Exception {
        try (Store store = open()) {
            Digest digest = Digest.sha256(bytes("x"));
            try (BlobStore.Ingest ingest = store.blobs().ingest()) {
                ingest.output().write(bytes("x"));
                assertThat(store.blobs().has(digest)).isFalse();
                assertThat(ingest.commit("t")).isEqualTo(new Descriptor("t", digest, 1));
            }
            assertThat(store.blobs().has(digest)).isTrue();
            try (BlobStore.Ingest ingest = store.blobs().ingest()) {
                ingest.output().write(bytes("dropped"));
            }
            assertThat(store.blobs().has(Digest.sha256(bytes("dropped")))).isFalse();
        }
    }

    @Test
    void wrongContentIsRefused() throws Exception {
        try (Store store = open()) {
            Digest digest = Digest.sha256(bytes("right"));
            for (String wrong : List.of("wrong", "righ", "right and more", "")) {
                assertThatThrownBy(() -> store.blobs()
                                .put(new Descriptor("t", digest, 5), new ByteArrayInputStream(bytes(wrong))))
                        .isInstanceOf(RemoteError.class);
            }
            assertThat(store.blobs().has(digest)).isFalse();
            assertThat(unfinished(store)).isEmpty();
        }
    }

    @Test
    void aDamagedOrMissingBlobIsNoticed() throws Exception {
        try (Store store = open()) {
            Digest digest = store.blobs().put(bytes("hello"));
            Files.writeString(store.blobs().path(digest), "hellO");
            assertThatThrownBy(() -> store.blobs().read(digest)).isInstanceOf(StoreCorrupted.class);
            assertThatThrownBy(() -> store.blobs().open(Digest.sha256(bytes("no"))))
                    .isInstanceOf(StoreCorrupted.class);
        }
    }

    @Test
    void aLayerIsPublishedByRename() throws Exception {
        LayerSummary summary;
        try (Store store = open();
                WorkArea area = store.layers().workArea()) {
            Files.writeString(area.upper().resolve("f"), "1");
            summary = summary("one");
            Object inode = Files.getAttribute(area.upper(), "unix:ino");
            StoredLayer layer = store.layers().commit(area, summary, index("f"));
            assertThat(layer.directory().resolve("f")).hasContent("1");
            assertThat(Files.getAttribute(layer.directory(), "unix:ino")).isEqualTo(inode);
            assertThat(area.upper()).doesNotExist();
        }
        try (Store store = open()) {
            StoredLayer layer = store.layers().find(summary.diffId()).orElseThrow();
            assertThat(layer.summary()).isEqualTo(summary);
            assertThat(layer.index()).isEqualTo(index("f"));
            assertThat(layer.directory().resolve("f")).hasContent("1");
            assertThat(store.layers().size()).isEqualTo(1);
            assertThat(store.layers().find(summary("two").diffId())).isEmpty();
        }
    }

    @Test
    void theSecondOfTwoEqualLayersKeepsItsArea() throws Exception {
        try (Store one = open();
                Store two = open();
                WorkArea first = one.layers().workArea();
                WorkArea second = two.layers().workArea()) {
            StoredLayer layer = one.layers().commit(first, summary("same"), index("f"));
            StoredLayer again = two.layers().commit(second, summary("same"), index("f"));
            assertThat(again.directory()).isEqualTo(layer.directory());
            assertThat(second.upper()).isDirectory();
        }
    }

    @Test
    void layersWhoseDigitsBeginAlikeLiveSideBySide() throws Exception {
        try (Store store = open()) {
            String hex = Digest.sha256(bytes("x")).hex();
            LayerSummary one = new LayerSummary(new DiffId(new Digest("sha256", hex)), Digest.sha256(bytes("c")), 1024);
            String other = hex.substring(0, 63) + (hex.endsWith("0") ? "1" : "0");
            LayerSummary two =
                    new LayerSummary(new DiffId(new Digest("sha256", other)), Digest.sha256(bytes("c")), 1024);
            commit(store, one);
            commit(store, two);
            assertThat(store.layers().find(one.diffId()).orElseThrow().summary())
                    .isEqualTo(one);
            assertThat(store.layers().find(two.diffId()).orElseThrow().summary())
                    .isEqualTo(two);
        }
    }

    @Test
    void namesPointToDescriptors() throws Exception {
        Descriptor target = new Descriptor(MediaTypes.OCI_MANIFEST, Digest.sha256(bytes("m")), 7);
        Descriptor more = target.withAnnotation("a", "b");
        try (Store store = open()) {
            store.names().set("b", target);
            store.names().set("a", more);
            store.names().set("b", more);
        }
        try (Store store = open()) {
            assertThat(store.names().list())
                    .extracting(ImageNames.NamedImage::name)
                    .containsExactly("a", "b");
            assertThat(store.names().find("b").orElseThrow().target()).isEqualTo(more);
            assertThat(store.names().remove("b")).isTrue();
            assertThat(store.names().remove("b")).isFalse();
            assertThat(store.names().find("b")).isEmpty();
        }
    }

    @Test
    void theLastRecordOfAKeyIsKept() throws Exception {
        Digest key = Digest.sha256(bytes("key"));
        DiffId layer = summary("l").diffId();
        try (Store store = open()) {
            assertThat(store.records().find(key)).isEmpty();
            store.records().put(new CacheRecord(key, "{}", List.of(), List.of()));
            CacheRecord last = new CacheRecord(key, "{\"é\":1}", List.of(layer, layer), List.of(key));
            store.records().put(last);
            assertThat(store.records().find(key)).contains(last);
        }
    }

    @Test
    void aCollectionKeepsWhatNamesAndRecordsReach() throws Exception {
        try (Store store = open()) {
            LayerSummary named = commit(store, summary("named"));
            LayerSummary recorded = commit(store, summary("recorded"));
            commit(store, summary("unused"));
            Digest unused = store.blobs().put(bytes("unused"));
            Descriptor image = image(store, named);
            store.names().set("image", image);
            Digest key = Digest.sha256(bytes("key"));
            store.records().put(new CacheRecord(key, "{}", List.of(recorded.diffId()), List.of()));
            age(store);

            Collected first = store.collect(CollectionRequest.unreachable("test"));
            assertThat(first.layers()).isEqualTo(1);
            assertThat(first.blobs()).isEqualTo(1);
            assertThat(first.bytes()).isPositive();
            assertThat(store.blobs().has(unused)).isFalse();
            assertThat(store.layers().find(recorded.diffId())).isPresent();
            Manifest manifest = Manifest.parse(store.blobs().read(image.digest()), "");
            assertThat(store.blobs().has(manifest.config().digest())).isTrue();

            Thread.sleep(5);
            Collected second = store.collect(CollectionRequest.everything("test"));
            assertThat(second.records()).isEqualTo(1);
            assertThat(second.layers()).isEqualTo(1);
            assertThat(store.records().find(key)).isEmpty();
            assertThat(store.layers().find(named.diffId())).isPresent();

            store.names().remove("image");
            assertThat(store.collect(CollectionRequest.everything("test")).layers())
                    .isEqualTo(1);
            assertThat(unfinished(store)).isEmpty();
        }
    }

    @Test
    void aLostManifestsLayersStay() throws Exception {
        try (Store store = open()) {
            LayerSummary lost = commit(store, summary("lost"));
            LayerSummary whole = commit(store, summary("whole"));
            Descriptor lostManifest = image(store, lost);
            Digest config = Manifest.parse(store.blobs().read(lostManifest.digest()), "")
                    .config()
                    .digest();
            ImageIndex index =
                    ImageIndex.of(MediaTypes.OCI_INDEX, List.of(lostManifest, image(store, whole)), Map.of());
            byte[] bytes = index.raw().bytes();
            store.names()
                    .set(
                            "image",
                            new Descriptor(MediaTypes.OCI_INDEX, store.blobs().put(bytes), bytes.length));
            Files.delete(store.blobs().path(lostManifest.digest()));
            age(store);

            store.collect(CollectionRequest.everything("test"));
            assertThat(store.layers().find(lost.diffId())).isPresent();
            assertThat(store.layers().find(whole.diffId())).isPresent();
            assertThat(store.blobs().has(config)).isTrue();
            store.names().remove("image");
            assertThat(store.collect(CollectionRequest.everything("test")).layers())
                    .isEqualTo(2);
        }
    }

    @Test
    void anImageOfAnIndexThatComesLaterIsKeptToo() throws Exception {
        try (Store store = open()) {
            Descriptor first = image(store, commit(store, summary("first")));
            LayerSummary later = commit(store, summary("later"));
            Descriptor second = image(store, later);
            byte[] manifest = store.blobs().read(second.digest());
            Files.delete(store.blobs().path(second.digest()));
            byte[] bytes = ImageIndex.of(MediaTypes.OCI_INDEX, List.of(first, second), Map.of())
                    .raw()
                    .bytes();
            Descriptor index =
                    new Descriptor(MediaTypes.OCI_INDEX, store.blobs().put(bytes), bytes.length);
            store.names().set("image", index);
            NamedImage before = store.names().find("image").orElseThrow();
            assertThat(before.reach().layers()).doesNotContain(later.diffId());

            store.blobs().put(manifest);
            store.names().set("image", index);
            NamedImage after = store.names().find("image").orElseThrow();
            assertThat(after.since()).isEqualTo(before.since());
            assertThat(after.reach().documents()).contains(first.digest(), second.digest());
            assertThat(store.audit().isRecorded(after)).isTrue();
            assertThat(store.audit().isRecorded(before)).isFalse();
            Files.delete(store.blobs().path(second.digest()));
            age(store);
            store.collect(CollectionRequest.everything("test"));
            assertThat(store.layers().find(later.diffId())).isPresent();
        }
    }

    @Test
    void aDamagedDocumentDoesNotStopACollection() throws Exception {
        try (Store store = open()) {
            LayerSummary layer = commit(store, summary("layer"));
            Descriptor image = image(store, layer);
            store.names().set("image", image);
            commit(store, summary("unused"));
            Files.writeString(store.blobs().path(image.digest()), "damaged");
            age(store);
            assertThat(store.collect(CollectionRequest.everything("test")).layers())
                    .isEqualTo(1);
            assertThat(store.layers().find(layer.diffId())).isPresent();
        }
    }

    @Test
    void aLeaseKeepsWhatIsPutOrFoundUnderIt() throws Exception {
        try (Store store = open();
                Store other = open()) {
            LayerSummary found = commit(store, summary("found"));
            LayerSummary forgotten = commit(store, summary("forgotten"));
            Digest blob = store.blobs().put(bytes("found"));
            store.sync();
            age(store);
            try (Lease lease = store.lease()) {
                assertThat(lease).isNotNull();
                LayerSummary made = commit(store, summary("made"));
                store.layers().find(found.diffId());
                store.blobs().has(blob);
                assertThat(other.collect(CollectionRequest.everything("test")).layers())
                        .isEqualTo(1);
                assertThat(other.layers().find(forgotten.diffId())).isEmpty();
                assertThat(store.layers().find(made.diffId())).isPresent();
                assertThat(store.layers().find(found.diffId())).isPresent();
                assertThat(other.blobs().has(blob)).isTrue();
            }
            age(store);
            assertThat(other.collect(CollectionRequest.everything("test")).layers())
                    .isEqualTo(2);
            assertThat(store.layers().find(found.diffId())).isEmpty();
        }
    }

    @Test
    void aRecordOfALayerThatIsGoneGoesToo() throws Exception {
        try (Store store = open()) {
            Digest key = Digest.sha256(bytes("key"));
            store.records().put(new CacheRecord(key, "{}", List.of(summary("no").diffId()), List.of()));
            assertThat(store.collect(CollectionRequest.unreachable("test")).records())
                    .isEqualTo(1);
            assertThat(store.records().find(key)).isEmpty();
        }
    }

    @Test
    void whatIsPublishedIsDurableAfterSync() throws Exception {
        try (Store store = open()) {
            Path blob = store.blobs().path(store.blobs().put(bytes("b")));
            assertThat(Files.getPosixFilePermissions(blob)).hasSize(2);
            store.sync();
            assertThat(Files.getPosixFilePermissions(blob)).hasSize(4);
        }
    }

    @Test
    void whatAPowerCutLeftHalfWrittenIsNotThere() throws Exception {
        try (Store store = open()) {
            Digest whole = store.blobs().put(bytes("whole"));
            Digest half = store.blobs().put(bytes("half"));
            LayerSummary layer = commit(store, summary("layer"));
            Files.writeString(store.blobs().path(half), "");
            age(store);
            assertThat(store.blobs().has(whole)).isTrue();
            assertThat(store.blobs().has(half)).isFalse();
            assertThat(store.layers().find(layer.diffId())).isEmpty();
        }
    }

    @Test
    void aNewerLayoutIsRefused() throws Exception {
        open().close();
        Files.writeString(directory.resolve("store/version"), "5\n");
        assertThatThrownBy(this::open).isInstanceOf(EnvironmentError.class).hasMessageContaining("version 5");
    }

    @Test
    void aStoreThatCannotBeMadeIsSaidSo() throws Exception {
        Files.writeString(directory.resolve("store"), "a file");
        assertThatThrownBy(this::open).isInstanceOf(EnvironmentError.class);
    }

    @Test
    void aDatabaseThatIsNoneIsSaidSo() throws Exception {
        try (Store store = open()) {
            Files.writeString(store.root().resolve("jbuild.db"), "not a database".repeat(100));
            assertThatThrownBy(() -> store.names().list()).isInstanceOf(StoreCorrupted.class);
        }
    }

    @Test
    void openingLoadsNoDatabase() throws Exception {
        try (Store store = open()) {
            store.blobs().put(bytes("b"));
            assertThat(store.root().resolve("jbuild.db")).doesNotExist();
        }
    }

    private static LayerSummary commit(Store store, LayerSummary summary) throws JbuildException {
        try (WorkArea area = store.layers().workArea()) {
            store.layers().commit(area, summary, index("f"));
        }
        return summary;
    }

    private static LayerSummary summary(String name) {
        return new LayerSummary(new DiffId(Digest.sha256(bytes(name))), ContentDigest.of(LayerIndex.EMPTY), 1024);
    }

    private static LayerIndex index(String file) {
        return LayerIndex.of(List.of(new LayerEntry(
                RawPath.of(file),
                EntryType.FILE,
                0644,
                0,
                0,
                1,
                0,
                "",
                0,
                0,
                new TreeMap<>(),
                Optional.of(Digest.sha256(bytes("1"))),
                Optional.empty(),
                false)));
    }

    private static Descriptor image(Store store, LayerSummary layer) throws JbuildException {
        byte[] config =
                bytes("{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\""
                        + layer.diffId() + "\"]}}");
        Digest configDigest = store.blobs().put(config);
        Manifest manifest = Manifest.of(
                MediaTypes.OCI_MANIFEST,
                new Descriptor(MediaTypes.OCI_CONFIG, configDigest, config.length),
                List.of(new Descriptor(MediaTypes.OCI_LAYER, layer.diffId().digest(), 1024)),
                Map.of());
        store.blobs().put(manifest.raw().bytes());
        return manifest.descriptor();
    }

    /** Lets all that is published look old. */
    private static void age(Store store) throws IOException {
        try (Stream<Path> blobs = Files.list(store.root().resolve("blobs/sha256"));
                Stream<Path> layers = Files.list(store.root().resolve("layers"))) {
            List<Path> files = Stream.concat(blobs, layers.map(home -> home.resolve("index")))
                    .toList();
            for (Path file : files) {
                Files.setLastModifiedTime(file, FileTime.fromMillis(1000));
            }
        }
    }

    private static List<Path> unfinished(Store store) throws IOException {
        try (Stream<Path> files = Files.walk(store.root().resolve("ingest"), 2)) {
            return files.filter(path -> path.getNameCount() == store.root().getNameCount() + 3)
                    .toList();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
