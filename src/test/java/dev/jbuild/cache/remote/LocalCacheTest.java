package dev.jbuild.cache.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.cache.remote.ResultRecord.RecordedLayer;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.layer.LayerSummary;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageIndex;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.RemoteError;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LocalCacheTest {
    private static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    Path temp;

    private CacheDirectory directory() {
        return new CacheDirectory(temp.resolve("cache"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Digest key(String step) {
        return Digest.sha256(bytes("key of " + step));
    }

    private static Descriptor blob(String content) {
        return new Descriptor(MediaTypes.OCI_LAYER_GZIP, Digest.sha256(bytes(content)), content.length());
    }

    private static LayerSummary summary(String content) {
        return new LayerSummary(new DiffId(Digest.sha256(bytes("tar of " + content))), Digest.sha256(bytes("c")), 1024);
    }

    private static ResultRecord record(String step, String content) {
        RecordedLayer layer = new RecordedLayer(
                summary(content),
                Optional.of(blob(content)),
                Optional.of(IndexBlob.of(summary(content), LayerIndex.EMPTY).descriptor()));
        return new ResultRecord(key(step), TIME, Optional.of(layer));
    }

    private DirectoryWriter writer(boolean reset) throws JbuildException {
        return writer(reset, "latest");
    }

    private DirectoryWriter writer(boolean reset, String tag) throws JbuildException {
        return DirectoryWriter.open(directory(), tag, reset, new Cancellation());
    }

    private DirectoryReader reader() throws JbuildException {
        return DirectoryReader.open(directory(), "latest", Optional.empty());
    }

    /** Writes a step whose layer is a blob of this content. */
    private static void put(CacheWriter writer, String step, String content) throws JbuildException {
        writer.put(blob(content), () -> new ByteArrayInputStream(bytes(content)));
        IndexBlob index = IndexBlob.of(summary(content), LayerIndex.EMPTY);
        writer.put(index.descriptor(), index::open);
        writer.put(record(step, content));
    }

    private void export(boolean reset, String... steps) throws JbuildException {
        try (DirectoryWriter writer = writer(reset)) {
            for (String step : steps) {
                put(writer, step, "content of " + step);
            }
            writer.finish();
        }
    }

    /** Makes everything in the cache as old as if it had been written an hour ago. */
    private void age() throws IOException {
        try (Stream<Path> files = Files.walk(directory().root())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(3600)));
            }
        }
    }

    private List<Path> blobs() throws IOException {
        try (Stream<Path> files = Files.list(directory().blobs().resolve("sha256"))) {
            return files.toList();
        }
    }

    @Test
    void whatWasWrittenIsRead() throws Exception {
        export(true, "a");
        assertThat(reader().find(key("a"))).contains(record("a", "content of a"));
        assertThat(reader().find(key("b"))).isEmpty();
        try (InputStream in = reader().open(blob("content of a"))) {
            assertThat(in.readAllBytes()).isEqualTo(bytes("content of a"));
        }
    }

    @Test
    void aStepThatMadeNoLayerIsWrittenToo() throws Exception {
        ResultRecord nothing = new ResultRecord(key("a"), TIME, Optional.empty());
        try (DirectoryWriter writer = writer(true)) {
            writer.put(nothing);
            writer.finish();
        }
        assertThat(reader().find(key("a"))).contains(nothing);
    }

    @Test
    void whatIsNotExportedAnyMoreIsDropped() throws Exception {
        export(true, "a", "b");
        age();
        int before = blobs().size();
        export(true, "b");
        assertThat(reader().find(key("a"))).isEmpty();
        assertThat(reader().find(key("b"))).isPresent();
        // The blob and the index of a, its manifest, and the list of both.
        assertThat(blobs()).hasSize(before - 4 + 1);
        assertThat(blobs()).doesNotContain(directory().blob(blob("content of a").digest()));
    }

    @Test
    void withoutResetEverythingStays() throws Exception {
        export(false, "a");
        age();
        export(false, "b");
        assertThat(reader().find(key("a"))).isPresent();
        assertThat(reader().find(key("b"))).isPresent();
    }

    @Test
    void whatAnotherWriterPutMeanwhileStays() throws Exception {
        try (DirectoryWriter slow = writer(true)) {
            export(true, "a");
            put(slow, "b", "content of b");
            slow.finish();
        }
        assertThat(reader().find(key("a"))).isPresent();
        assertThat(reader().find(key("b"))).isPresent();
    }

    @Test
    void whatAWriterFindsIsKept() throws Exception {
        export(true, "a", "b");
        age();
        try (DirectoryWriter writer = writer(true)) {
            assertThat(writer.find(key("a"))).contains(record("a", "content of a"));
            writer.finish();
        }
        assertThat(reader().find(key("a"))).isPresent();
        assertThat(reader().find(key("b"))).isEmpty();
    }

    @Test
    void writersAtOnceLoseNothing() throws Exception {
        List<Thread> threads = new ArrayList<>();
        List<Exception> failures = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String own = "own of " + i;
            Thread thread = new Thread(() -> {
                try {
                    for (int round = 0; round < 5; round++) {
                        export(true, "shared", own, own + " " + round);
                    }
                } catch (JbuildException | RuntimeException e) {
                    synchronized (failures) {
                        failures.add(e);
                    }
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
        assertThat(reader().find(key("shared"))).isPresent();
        for (ResultRecord record : all()) {
            for (Descriptor blob : record.blobs()) {
                try (InputStream in = reader().open(blob)) {
                    assertThat(Digest.sha256(in.readAllBytes())).isEqualTo(blob.digest());
                }
            }
        }
    }

    private List<ResultRecord> all() throws IOException, JbuildException {
        List<ResultRecord> all = new ArrayList<>();
        try (Stream<Path> pointers = Files.list(directory().records("latest"))) {
            for (Path pointer : pointers.toList()) {
                Digest key = new Digest("sha256", pointer.getFileName().toString());
                all.add(reader().find(key).orElseThrow(() -> new AssertionError(pointer + " leads nowhere")));
            }
        }
        return all;
    }

    @Test
    void copyingOneOverTheOtherMergesTwoCaches() throws Exception {
        export(true, "a");
        Path other = temp.resolve("other");
        copy(directory().root(), other);
        copy(temp.resolve("cache"), other);
        try (DirectoryWriter writer =
                DirectoryWriter.open(new CacheDirectory(other), "latest", false, new Cancellation())) {
            put(writer, "b", "content of b");
            writer.finish();
        }
        copy(other, directory().root());
        assertThat(reader().find(key("a"))).isPresent();
        assertThat(reader().find(key("b"))).isPresent();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    @Test
    void aWriterThatWasKilledLeavesNothingThatIsRead() throws Exception {
        DirectoryWriter killed = writer(true);
        killed.put(blob("content of a"), () -> new ByteArrayInputStream(bytes("content of a")));
        Files.writeString(directory().ingest().resolve("half"), "cont");
        killed.close();
        assertThat(reader().find(key("a"))).isEmpty();
        age();
        export(true, "b");
        assertThat(reader().find(key("b"))).isPresent();
        assertThat(directory().ingest()).isEmptyDirectory();
        assertThat(blobs()).doesNotContain(directory().blob(blob("content of a").digest()));
    }

    @Test
    void wrongBytesAreNotWritten() throws Exception {
        try (DirectoryWriter writer = writer(true)) {
            assertThatThrownBy(() -> writer.put(blob("right"), () -> new ByteArrayInputStream(bytes("wrong"))))
                    .isInstanceOf(RemoteError.class)
                    .hasMessageContaining("isn't what it should be");
        }
        assertThat(blobs()).isEmpty();
    }

    @Test
    void aDamagedRecordIsToldAndWrittenAnew() throws Exception {
        export(true, "a");
        Path manifest =
                directory().blob(record("a", "content of a").toManifest().raw().digest());
        Files.writeString(manifest, Files.readString(manifest).replace("2026-01-02", "2025-01-02"));
        assertThatThrownBy(() -> reader().find(key("a"))).hasMessageContaining("is damaged");
        try (DirectoryWriter writer = writer(true)) {
            assertThat(writer.find(key("a"))).isEmpty();
        }
        export(true, "a");
        assertThat(reader().find(key("a"))).isPresent();
    }

    @Test
    void aDamagedPointerIsNoPointer() throws Exception {
        export(true, "a");
        Files.writeString(directory().pointer("latest", key("a")), "sha256:../../etc/passwd\n");
        assertThatThrownBy(() -> reader().find(key("a"))).hasMessageContaining("is damaged");
    }

    @Test
    void aRecordUnderAnotherKeyIsNone() throws Exception {
        export(true, "a");
        Files.copy(directory().pointer("latest", key("a")), directory().pointer("latest", key("b")));
        assertThat(reader().find(key("b"))).isEmpty();
    }

    @Test
    void aRecordWhoseBlobIsGoneIsNone() throws Exception {
        export(true, "a");
        Files.delete(directory().blob(blob("content of a").digest()));
        assertThat(reader().find(key("a"))).isEmpty();
    }

    @Test
    void aDamagedBlobThatWasFoundSoIsWrittenAnew() throws Exception {
        export(true, "a");
        Path damaged = directory().blob(blob("content of a").digest());
        Files.writeString(damaged, "content of b");
        try (DirectoryWriter writer = writer(true)) {
            ResultRecord found = writer.find(key("a")).orElseThrow();
            writer.dropDamaged(found);
            assertThat(writer.find(key("a"))).isEmpty();
            put(writer, "a", "content of a");
            writer.finish();
        }
        assertThat(damaged).hasContent("content of a");
    }

    @Test
    void tagsAreCachesOfTheirOwn() throws Exception {
        export(true, "a");
        age();
        try (DirectoryWriter writer = writer(true, "other")) {
            put(writer, "b", "content of b");
            writer.finish();
        }
        assertThat(reader().find(key("a"))).isPresent();
        assertThat(reader().find(key("b"))).isEmpty();
        assertThat(DirectoryReader.open(directory(), "other", Optional.empty()).find(key("b")))
                .isPresent();
    }

    @Test
    void oneExportCanBeNamedByItsDigest() throws Exception {
        export(false, "a");
        Digest first = index().manifests().get(0).digest();
        export(false, "b");
        DirectoryReader reader = DirectoryReader.open(directory(), "latest", Optional.of(first));
        assertThat(reader.find(key("a"))).isPresent();
        assertThat(reader.find(key("b"))).isEmpty();
    }

    private ImageIndex index() throws Exception {
        return ImageIndex.parse(Files.readAllBytes(directory().index()), "");
    }

    @Test
    void imagesInTheSameDirectoryStay() throws Exception {
        Descriptor config = new Descriptor(MediaTypes.OCI_CONFIG, Digest.sha256(bytes("config")), 6);
        var manifest = dev.jbuild.oci.Manifest.of(MediaTypes.OCI_MANIFEST, config, List.of(blob("layer")), Map.of());
        Files.createDirectories(directory().blobs().resolve("sha256"));
        Files.write(directory().blob(manifest.raw().digest()), manifest.raw().bytes());
        Files.writeString(directory().blob(config.digest()), "config");
        Files.writeString(directory().blob(blob("layer").digest()), "layer");
        Descriptor entry = manifest.descriptor().withAnnotation("org.opencontainers.image.ref.name", "latest");
        Files.write(
                directory().index(),
                ImageIndex.of(MediaTypes.OCI_INDEX, List.of(entry), Map.of())
                        .raw()
                        .bytes());
        age();
        export(true, "a");
        assertThat(index().manifests()).hasSize(2).contains(entry);
        assertThat(blobs())
                .contains(
                        directory().blob(config.digest()),
                        directory().blob(blob("layer").digest()));
    }

    @Test
    void whereNoCacheIsNoneIsOpened() throws Exception {
        assertThatThrownBy(this::reader).isInstanceOf(UserError.class).hasMessageContaining("there is no directory");
        Files.createDirectories(directory().root());
        assertThatThrownBy(this::reader).hasMessageContaining("holds no cache called latest");
        Files.writeString(directory().index(), "{}");
        assertThatThrownBy(this::reader).hasMessageContaining("another builder");
    }

    @Test
    void aFileIsNoPlaceForACache() throws Exception {
        Files.writeString(directory().root(), "a file");
        assertThatThrownBy(() -> writer(true)).hasMessageContaining("can't be written");
    }
}
