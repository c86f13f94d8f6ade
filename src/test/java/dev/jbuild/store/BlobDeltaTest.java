package dev.jbuild.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.store.BlobStore.DeltaIngest;
import dev.jbuild.store.CacheRecords.CacheRecord;
import dev.jbuild.store.StoreAudit.BlobFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blobs that share bytes with others. */
class BlobDeltaTest {
    private static final int SIZE = 10_000;

    @TempDir
    Path directory;

    private Store store;
    private final Random random = new Random(7);

    @BeforeEach
    void open() throws JbuildException {
        store = Store.open(directory.resolve("store"));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    /** A blob, and what it holds. */
    private record Known(Digest digest, byte[] bytes) {}

    private Known base() throws JbuildException {
        byte[] bytes = bytes(SIZE);
        return new Known(store.blobs().put(bytes), bytes);
    }

    /** Another version: stretches of the last one, out of order too, with new bytes between them. */
    private Known next(Known last) throws Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (DeltaIngest ingest = store.blobs().ingestUpon(last.digest()).orElseThrow()) {
            OutputStream out = ingest.output();
            for (int i = random.nextInt(6); i >= 0; i--) {
                byte[] fresh = bytes(random.nextInt(50));
                out.write(fresh);
                all.write(fresh);
                int from = random.nextInt(last.bytes().length);
                int length = random.nextInt(last.bytes().length - from);
                ingest.copy(from, length);
                all.write(last.bytes(), from, length);
            }
            // Never nothing, or there were nothing to go on from.
            out.write(1);
            all.write(1);
            Digest digest = ingest.commit("").digest();
            assertThat(digest).isEqualTo(Digest.sha256(all.toByteArray()));
            return new Known(digest, all.toByteArray());
        }
    }

    private byte[] read(Digest digest) throws JbuildException, IOException {
        try (InputStream in = store.blobs().open(digest)) {
            return in.readAllBytes();
        }
    }

    @Test
    void eachOfManyVersionsIsWhatItWas() throws Exception {
        for (int line = 0; line < 10; line++) {
            List<Known> versions = new ArrayList<>(List.of(base()));
            for (int i = 0; i < 12; i++) {
                versions.add(next(versions.get(versions.size() - 1)));
            }
            for (Known version : versions) {
                assertThat(read(version.digest())).isEqualTo(version.bytes());
                assertThat(store.blobs().size(version.digest())).contains((long) version.bytes().length);
            }
        }
    }

    @Test
    void whatIsSharedIsKeptOnce() throws Exception {
        Known base = base();
        Digest digest;
        try (DeltaIngest ingest = store.blobs().ingestUpon(base.digest()).orElseThrow()) {
            ingest.copy(0, 5000);
            ingest.output().write("new".getBytes(StandardCharsets.US_ASCII));
            ingest.copy(5000, 5000);
            digest = ingest.commit("").digest();
        }
        assertThat(Files.size(store.blobs().path(digest))).isLessThan(500);
        assertThat(read(digest)).hasSize(SIZE + 3);
    }

    @Test
    void nothingComesOfWhatWasNotCommitted() throws Exception {
        Known base = base();
        try (DeltaIngest ingest = store.blobs().ingestUpon(base.digest()).orElseThrow()) {
            ingest.copy(0, 10);
        }
        assertThat(store.blobs().has(Digest.sha256(Arrays.copyOf(base.bytes(), 10))))
                .isFalse();
        assertThat(store.blobs().ingestUpon(Digest.sha256(new byte[1]))).isEmpty();
    }

    @Test
    void damageAnywhereIsFound() throws Exception {
        Known version = next(next(base()));
        for (BlobFile file : store.audit().blobs()) {
            byte[] sound = Files.readAllBytes(file.file());
            int step = Math.max(1, sound.length / 200);
            for (int at = 0; at < sound.length; at += step) {
                byte[] damaged = sound.clone();
                damaged[at] ^= 1 << (at % 8);
                Files.write(file.file(), damaged);
                boolean found = !store.audit().isSound(file);
                boolean isHead = file.shares() && at < BlobDelta.newHead().length;
                assertThat(found).as("byte %d of %s", at, file.file()).isTrue();
                assertThat(isHead && store.blobs().has(file.digest().orElseThrow()))
                        .isFalse();
            }
            Files.write(file.file(), sound);
            assertThat(store.audit().isSound(file)).isTrue();
        }
        assertThat(read(version.digest())).isEqualTo(version.bytes());
    }

    @Test
    void withoutWhatItSharesABlobIsntThere() throws Exception {
        Known base = base();
        Known version = next(base);
        List<BlobFile> files = store.audit().blobs();
        Files.delete(store.blobs().path(base.digest()));
        assertThat(store.blobs().has(version.digest())).isFalse();
        assertThat(store.blobs().size(version.digest())).isEmpty();
        for (BlobFile file : files) {
            assertThat(store.audit().isSound(file)).isEqualTo(!file.shares());
        }
        // Whoever has all of it can put it again.
        store.blobs().put(version.bytes());
        assertThat(read(version.digest())).isEqualTo(version.bytes());
    }

    private void age() throws Exception {
        for (String kind : List.of("blobs", "deltas")) {
            try (Stream<Path> files = Files.list(store.root().resolve(kind).resolve("sha256"))) {
                for (Path file : files.toList()) {
                    Files.setLastModifiedTime(file, FileTime.fromMillis(1000));
                }
            }
        }
        Thread.sleep(5);
    }

    private static Digest key(Known blob) {
        return Digest.sha256(blob.bytes());
    }

    private void record(Known blob) throws JbuildException {
        store.records().put(new CacheRecord(key(blob), "{}", List.of(), List.of(blob.digest())));
    }

    @Test
    void whatIsSharedStaysAsLongAsSomethingNeedsIt() throws Exception {
        Known base = base();
        Known version = next(base);
        Known latest = next(version);
        Known other = next(base());
        record(latest);
        age();
        store.collect(CollectionRequest.unreachable("test"));
        assertThat(read(latest.digest())).isEqualTo(latest.bytes());
        assertThat(store.blobs().has(other.digest())).isFalse();

        age();
        Store.Collected collected = store.collect(CollectionRequest.everything("test"));
        assertThat(store.blobs().has(latest.digest())).isFalse();
        assertThat(store.audit().blobs()).isEmpty();
        assertThat(collected.bytes()).isGreaterThanOrEqualTo(SIZE);
    }

    @Test
    void aBlobThatIsMadeAgainDoesNotPassForTheOldOne() throws Exception {
        Known base = base();
        Known first = next(base);
        Known second;
        try (DeltaIngest ingest = store.blobs().ingestUpon(first.digest()).orElseThrow()) {
            ingest.copy(0, first.bytes().length);
            ingest.output().write(7);
            second = new Known(ingest.commit("").digest(), Arrays.copyOf(first.bytes(), first.bytes().length + 1));
        }
        second.bytes()[first.bytes().length] = 7;
        assertThat(read(second.digest())).isEqualTo(second.bytes());

        Files.delete(store.blobs().path(first.digest()));
        try (DeltaIngest ingest = store.blobs().ingestUpon(base.digest()).orElseThrow()) {
            ingest.output().write(first.bytes());
            assertThat(ingest.commit("").digest()).isEqualTo(first.digest());
        }
        assertThat(read(first.digest())).isEqualTo(first.bytes());
        assertThat(store.blobs().has(second.digest())).isFalse();
    }

    @Test
    void whatLacksSomethingIsPutWholeBesideIt() throws Exception {
        Known base = base();
        Known version = next(base);
        Known other = base();
        Files.delete(store.blobs().path(base.digest()));
        try (DeltaIngest ingest = store.blobs().ingestUpon(other.digest()).orElseThrow()) {
            ingest.output().write(version.bytes());
            ingest.commit("");
        }
        assertThat(read(version.digest())).isEqualTo(version.bytes());
        assertThat(store.blobs().path(version.digest()).toString()).contains("/blobs/");
    }

    @Test
    void ofTwoWhoWriteABlobAtOnceTheFirstHasIt() throws Exception {
        Known base = base();
        byte[] fresh = bytes(100);
        try (DeltaIngest one = store.blobs().ingestUpon(base.digest()).orElseThrow();
                DeltaIngest two = store.blobs().ingestUpon(base.digest()).orElseThrow()) {
            one.output().write(fresh);
            one.copy(0, SIZE);
            two.output().write(fresh);
            two.output().write(base.bytes());
            Digest digest = one.commit("").digest();
            Path file = store.blobs().path(digest);
            byte[] lies = Files.readAllBytes(file);
            assertThat(two.commit("").digest()).isEqualTo(digest);
            assertThat(file).hasBinaryContent(lies);
        }
    }
}
