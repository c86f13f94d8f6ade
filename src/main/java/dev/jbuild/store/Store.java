package dev.jbuild.store;

import dev.jbuild.layer.ArchiveLimits;
import dev.jbuild.problem.JbuildException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/**
 * The store below one root directory. Any number of processes may open the same root; a {@code Store} is safe for use by
 * many threads.
 */
public interface Store extends AutoCloseable {
    /**
     * Opens the store, making it if there is none.
     *
     * @throws JbuildException if the root can't be used, or its layout is newer than this program
     */
    static Store open(Path root) throws JbuildException {
        return open(root, ArchiveLimits.DEFAULT);
    }

    /** As {@link #open(Path)}, with other limits on the archives that layers are made of. */
    static Store open(Path root, ArchiveLimits limits) throws JbuildException {
        return DiskStore.open(root, limits);
    }

    Path root();

    /** What archives may come to that are unpacked here. */
    ArchiveLimits limits();

    /** Where git repositories are kept that sources were fetched into; made by whoever needs it. */
    default Path repositories() {
        return root().resolve("git");
    }

    /** Where it is kept what was read of the directories that builds copy from; made by whoever needs it. */
    default Path contexts() {
        return root().resolve("contexts");
    }

    /** Where the records of builds are kept. */
    default Path builds() {
        return root().resolve("builds");
    }

    /** Where containers are kept that were started in the background; made by whoever needs it. */
    default Path containers() {
        return root().resolve("containers");
    }

    /** The images that those need. */
    default HeldImages held() {
        return new HeldImages(containers());
    }

    BlobStore blobs();

    LayerStore layers();

    Origins origins();

    ImageNames names();

    CacheRecords records();

    /** A new lease: whatever is published under it isn't collected before the lease is closed or its process is gone. */
    Lease lease() throws JbuildException;

    /** Makes everything that was published so far durable, by one call to the file system. */
    void sync() throws JbuildException;

    /**
     * Deletes what nothing reaches: no name, no lease and no cache record, and the cached things that the request names.
     * Safe at any time, whoever uses the store. Returns what went.
     */
    Collected collect(CollectionRequest request) throws JbuildException;

    /** What {@link #collect} would delete now. */
    List<Victim> victims(CollectionRequest request) throws JbuildException;

    /** What collections deleted. */
    CollectionJournal journal();

    /**
     * What the store takes on the disk, by kinds of things.
     *
     * @param ended which containers, by their directories, can be removed
     */
    List<StoreUsage.Row> usage(Predicate<Path> ended) throws JbuildException;

    /** All cached things, those first that are used longest ago. */
    List<CacheItem> cached() throws JbuildException;

    /** Looks at everything in the store, for whoever verifies it. */
    StoreAudit audit();

    @Override
    void close();

    /**
     * What a collection deleted.
     *
     * @param victims what was to go, and why
     * @param directories cache mounts, git repositories and what was read of contexts
     * @param bytes what the disk gained
     */
    record Collected(List<Victim> victims, int blobs, int layers, int records, int directories, long bytes) {
        public Collected {
            victims = List.copyOf(victims);
        }
    }
}
