package dev.jbuild.store;

import dev.jbuild.problem.JbuildException;
import java.nio.file.Path;

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
        return DiskStore.open(root);
    }

    Path root();

    /** Where git repositories are kept that sources were fetched into; made by whoever needs it. */
    default Path repositories() {
        return root().resolve("git");
    }

    /** Where it is kept what was read of the directories that builds copy from; made by whoever needs it. */
    default Path contexts() {
        return root().resolve("contexts");
    }

    BlobStore blobs();

    LayerStore layers();

    ImageNames names();

    CacheRecords records();

    /** A new lease: whatever is published under it isn't collected before the lease is closed or its process is gone. */
    Lease lease() throws JbuildException;

    /** Makes everything that was published so far durable, by one call to the file system. */
    void sync() throws JbuildException;

    /** Deletes what nothing reaches: no name, no lease and, unless {@code cacheToo}, no cache record. Returns what went. */
    Collected collect(boolean cacheToo) throws JbuildException;

    /** Looks at everything in the store, for whoever verifies it. */
    StoreAudit audit();

    @Override
    void close();

    /** What a collection deleted. */
    record Collected(int blobs, int layers, int records, long bytes) {}
}
