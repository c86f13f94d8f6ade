package dev.jbuild.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.progress.BuildEvent;
import dev.jbuild.store.BlobStore;
import dev.jbuild.store.CacheRecords.About;
import dev.jbuild.store.CacheRecords.CacheRecord;
import dev.jbuild.store.CacheType;
import dev.jbuild.store.CollectionPolicy;
import dev.jbuild.store.DiskSpace;
import dev.jbuild.store.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheLimitsTest {
    private static final DiskSpace NOTHING = DiskSpace.bytes(0);
    private static final DiskSpace ALL = DiskSpace.share(1);
    private static final CollectionPolicy NOTHING_MAY_STAY =
            new CollectionPolicy(NOTHING, NOTHING, NOTHING, Duration.ZERO);
    private static final CollectionPolicy THE_DISK_IS_TO_BE_FREE =
            new CollectionPolicy(NOTHING, ALL, ALL, Duration.ZERO);

    private final List<BuildEvent> events = new ArrayList<>();
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    private final InstantSource clock = now::get;
    private Store store;
    private Digest blob;

    CacheLimitsTest(@TempDir Path temp) throws Exception {
        store = Store.open(temp.resolve("store"));
        blob = Digest.sha256(new byte[0]);
    }

    @BeforeEach
    void aCachedThing() throws Exception {
        try (BlobStore.Ingest ingest = store.blobs().ingest()) {
            ingest.output().write(new byte[2_000_000]);
            Descriptor made = ingest.commit("");
            blob = made.digest();
        }
        About about = new About(CacheType.REGULAR, "a step", Duration.ofSeconds(1));
        store.records().put(new CacheRecord(Digest.sha256(new byte[] {1}), "{}", List.of(), List.of(blob), about));
        // What was made in this millisecond stays.
        Thread.sleep(5);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private CacheLimits limits(CollectionPolicy policy) {
        return new CacheLimits(store, Optional.of(policy), events::add, clock);
    }

    @Test
    void aDiskWithSpaceIsLookedAtAfterWorkOnly() throws Exception {
        CacheLimits limits = limits(NOTHING_MAY_STAY);

        limits.afterBuild();
        limits.beforeWork();

        assertThat(store.blobs().has(blob)).isTrue();

        limits.afterBuild();

        assertThat(store.blobs().has(blob)).isFalse();
        assertThat(events)
                .singleElement()
                .satisfies(event -> assertThat(((BuildEvent.Notice) event).text())
                        .startsWith("2 MB of the build cache were collected: the cache takes more than it may"));
    }

    @Test
    void aFullDiskIsRelievedBeforeWork() throws Exception {
        limits(THE_DISK_IS_TO_BE_FREE).beforeWork();

        assertThat(store.blobs().has(blob)).isFalse();
        assertThat(events)
                .singleElement()
                .satisfies(event ->
                        assertThat(((BuildEvent.Notice) event).text()).contains("the disk has too little free space"));
    }

    @Test
    void oneIsEnoughForAWhile() throws Exception {
        Path stamp = Files.createFile(store.root().resolve("gc.lock"));
        Files.setLastModifiedTime(stamp, FileTime.from(now.get()));
        now.updateAndGet(time -> time.plusSeconds(60));
        CacheLimits limits = limits(NOTHING_MAY_STAY);
        limits.beforeWork();
        limits.afterBuild();
        assertThat(store.blobs().has(blob)).isTrue();

        now.updateAndGet(time -> time.plusSeconds(600));
        limits.afterBuild();

        assertThat(store.blobs().has(blob)).isFalse();
    }

    @Test
    void nothingIsCollectedIfThatIsOff() throws Exception {
        CacheLimits limits = new CacheLimits(store, Optional.empty(), events::add, clock);

        limits.beforeWork();
        limits.afterBuild();

        assertThat(store.blobs().has(blob)).isTrue();
        assertThat(store.root().resolve("gc.lock")).doesNotExist();
    }
}
