package dev.jbuild.solver.caches;

import dev.jbuild.store.SharedFileLock;
import java.io.IOException;
import java.util.Optional;

/**
 * The generations of one cache. A step that is to find nothing begins a new one, which those after it go on with; steps that
 * work in an older one keep it until they end.
 */
@SuppressWarnings("try") // locks are held to the end of a block that does not name them
final class CacheGenerations {
    private final CacheFiles files;
    private final String cache;

    /** @param cache the name without a generation */
    CacheGenerations(CacheFiles files, String cache) {
        this.files = files;
        this.cache = cache;
    }

    private int last() throws IOException {
        int last = 0;
        for (String name : files.names(cache + "-")) {
            last = Math.max(last, CacheFiles.generation(name));
        }
        return last;
    }

    String current() throws IOException {
        return cache + "-" + last();
    }

    String next() throws IOException {
        return cache + "-" + (last() + 1);
    }

    /** Deletes what is older than a generation, but for what is in use. */
    void discardBefore(String generation) throws IOException {
        for (String old : files.names(cache + "-")) {
            if (CacheFiles.generation(old) < CacheFiles.generation(generation)) {
                discard(old);
            }
        }
    }

    private void discard(String name) throws IOException {
        Optional<SharedFileLock.Hold> alone = files.tryLock(name, false);
        if (alone.isPresent()) {
            try (SharedFileLock.Hold hold = alone.get()) {
                files.delete(name);
            }
        }
    }
}
