package dev.jbuild.solver.caches;

import dev.jbuild.graph.RunMount;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.store.SharedFileLock;
import dev.jbuild.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The directories of {@code RUN --mount=type=cache}, which outlive builds. A {@link SharedFileLock} beside each makes
 * {@code sharing=locked} and {@code private} hold between threads and processes alike.
 */
public final class CacheMounts {
    private final CacheFiles files;

    /** Those of a store. */
    public static CacheMounts of(Store store) {
        return new CacheMounts(store.root().resolve("cachemounts"));
    }

    CacheMounts(Path directory) {
        this.files = new CacheFiles(directory);
    }

    /** The caches as people see them. */
    public CacheInventory inventory() {
        return new CacheInventory(files);
    }

    /** Fills a cache directory that is new. */
    @FunctionalInterface
    public interface Seed {
        void fill(Path directory) throws IOException, JbuildException;
    }

    /** A cache directory in use; closing it lets others in. */
    public static final class Held implements AutoCloseable {
        private final CacheFiles files;
        private final String name;
        private final CacheRecord record;
        private final SharedFileLock.Hold hold;

        private Held(CacheFiles files, String name, CacheRecord record, SharedFileLock.Hold hold) {
            this.files = files;
            this.name = name;
            this.record = record;
            this.hold = hold;
        }

        public Path path() {
            return files.tree(name);
        }

        @Override
        public void close() {
            files.used(name, record);
            hold.close();
        }
    }

    /**
     * What a mount wants.
     *
     * @param id the namespace, a slash, and the id
     * @param origin what the directory begins with; caches with the same id and another origin are others
     * @param fresh whether to begin anew, whatever there is
     */
    public record Use(String id, String origin, RunMount.Sharing sharing, boolean fresh, Seed seed) {
        /** The same for uses of the same cache. */
        public String name() {
            return record().name();
        }

        private CacheRecord record() {
            return new CacheRecord(id, origin);
        }
    }

    /**
     * Takes the directory of a mount into use, making it when there is none.
     *
     * @throws JbuildException if it can't be made, or the build is cancelled while another step holds it
     */
    public Held acquire(Use use, Cancellation cancellation) throws JbuildException {
        try {
            files.make();
            CacheGenerations generations = new CacheGenerations(files, use.name());
            String name = use.fresh() ? generations.next() : generations.current();
            Held held = switch (use.sharing()) {
                case PRIVATE -> firstFree(name, use, cancellation);
                case LOCKED -> prepared(name, files.lock(name, false, cancellation), use);
                case SHARED -> shared(name, use, cancellation);
            };
            if (use.fresh()) {
                generations.discardBefore(name);
            }
            return held;
        } catch (IOException e) {
            throw new EnvironmentError("the cache mount " + use.id() + " can't be used: " + e.getMessage(), e);
        }
    }

    private Held firstFree(String name, Use use, Cancellation cancellation) throws IOException, JbuildException {
        for (int i = 0; ; i++) {
            cancellation.throwIfCancelled();
            String candidate = i == 0 ? name : name + "." + i;
            Optional<SharedFileLock.Hold> hold = files.tryLock(candidate, false);
            if (hold.isPresent()) {
                return prepared(candidate, hold.get(), use);
            }
        }
    }

    /** Whoever comes first makes the directory, alone; only then may others share it. */
    private Held shared(String name, Use use, Cancellation cancellation) throws IOException, JbuildException {
        while (true) {
            if (!files.exists(name)) {
                prepared(name, files.lock(name, false, cancellation), use).close();
            }
            SharedFileLock.Hold hold = files.lock(name, true, cancellation);
            if (files.exists(name)) {
                return prepared(name, hold, use);
            }
            hold.close(); // removed in between
        }
    }

    private Held prepared(String name, SharedFileLock.Hold hold, Use use) throws IOException, JbuildException {
        try {
            if (!files.exists(name)) {
                Path fresh = files.fresh(name);
                use.seed().fill(fresh);
                files.publish(fresh, name, use.record());
            }
            files.used(name, use.record());
            return new Held(files, name, use.record(), hold);
        } catch (IOException | JbuildException | RuntimeException e) {
            hold.close();
            throw e;
        }
    }
}
