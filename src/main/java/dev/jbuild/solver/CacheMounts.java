package dev.jbuild.solver;

import dev.jbuild.graph.RunMount;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.BuildCancelled;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.store.KeptDirectories;
import dev.jbuild.store.SharedFileLock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The directories of {@code RUN --mount=type=cache}, which outlive builds. A {@link SharedFileLock} beside each makes
 * {@code sharing=locked} and {@code private} hold between threads and processes alike.
 */
final class CacheMounts {
    private static final long POLL_MILLIS = 20;

    private final Path directory;

    /** Works in {@code cachemounts/} of the store. */
    CacheMounts(Path directory) {
        this.directory = directory;
    }

    /** Fills a cache directory that is new. */
    @FunctionalInterface
    interface Seed {
        void fill(Path directory) throws IOException, JbuildException;
    }

    /** A cache directory in use; closing it lets others in. */
    record Held(Path path, SharedFileLock.Hold hold) implements AutoCloseable {
        @Override
        public void close() {
            hold.close();
        }
    }

    /**
     * What a mount wants.
     *
     * @param origin what the directory begins with; caches with the same id and another origin are others
     * @param fresh whether to begin anew, whatever there is
     */
    record Use(String id, String origin, RunMount.Sharing sharing, boolean fresh, Seed seed) {
        String name() {
            String text = id + "\0" + origin;
            return Digest.sha256(text.getBytes(StandardCharsets.UTF_8)).hex().substring(0, 32);
        }
    }

    /**
     * Takes the directory of a mount into use, making it when there is none.
     *
     * @throws JbuildException if it can't be made, or the build is cancelled while another step holds it
     */
    Held acquire(Use use, Cancellation cancellation) throws JbuildException {
        try {
            Files.createDirectories(directory);
            CacheGenerations generations = new CacheGenerations(directory, use.name());
            String name = use.fresh() ? generations.next() : generations.current();
            Held held = switch (use.sharing()) {
                case PRIVATE -> firstFree(name, use.seed(), cancellation);
                case LOCKED -> prepared(name, hold(name, false, cancellation), use.seed());
                case SHARED -> shared(name, use.seed(), cancellation);
            };
            KeptDirectories.noteUse(held.path(), use.id());
            if (use.fresh()) {
                generations.discardBefore(name);
            }
            return held;
        } catch (IOException e) {
            throw new EnvironmentError("the cache mount " + use.id() + " can't be used: " + e.getMessage(), e);
        }
    }

    private Held firstFree(String name, Seed seed, Cancellation cancellation) throws IOException, JbuildException {
        for (int i = 0; ; i++) {
            cancellation.throwIfCancelled();
            String candidate = i == 0 ? name : name + "." + i;
            Optional<SharedFileLock.Hold> hold = SharedFileLock.tryLock(lockFile(candidate), false);
            if (hold.isPresent()) {
                return prepared(candidate, hold.get(), seed);
            }
        }
    }

    /** Whoever comes first makes the directory, alone; only then may others share it. */
    private Held shared(String name, Seed seed, Cancellation cancellation) throws IOException, JbuildException {
        if (!Files.isDirectory(directory.resolve(name))) {
            prepared(name, hold(name, false, cancellation), seed).close();
        }
        return prepared(name, hold(name, true, cancellation), seed);
    }

    private SharedFileLock.Hold hold(String name, boolean shared, Cancellation cancellation)
            throws IOException, JbuildException {
        while (true) {
            Optional<SharedFileLock.Hold> hold = SharedFileLock.tryLock(lockFile(name), shared);
            if (hold.isPresent()) {
                return hold.get();
            }
            cancellation.throwIfCancelled();
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new BuildCancelled();
            }
        }
    }

    private Path lockFile(String name) {
        return KeptDirectories.lockFile(directory.resolve(name));
    }

    private Held prepared(String name, SharedFileLock.Hold hold, Seed seed) throws IOException, JbuildException {
        Path path = directory.resolve(name);
        try {
            if (!Files.isDirectory(path)) {
                Path fresh = Files.createTempDirectory(directory, name + ".new");
                seed.fill(fresh);
                Files.move(fresh, path);
            }
            return new Held(path, hold);
        } catch (IOException | JbuildException | RuntimeException e) {
            hold.close();
            throw e;
        }
    }
}
