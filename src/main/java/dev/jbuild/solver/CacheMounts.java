package dev.jbuild.solver;

import dev.jbuild.graph.RunMount;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.BuildCancelled;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
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
    private final SharedFileLock locks;

    /** Works in {@code cachemounts/} of the store. */
    CacheMounts(Path directory) {
        this.directory = directory;
        this.locks = new SharedFileLock();
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
     * Takes the directory of a mount into use, making it when there is none.
     *
     * @throws JbuildException if it can't be made, or the build is cancelled while another step holds it
     */
    Held acquire(RunMount.Cache mount, Seed seed, Cancellation cancellation) throws JbuildException {
        String name =
                Digest.sha256(mount.id().getBytes(StandardCharsets.UTF_8)).hex().substring(0, 32);
        try {
            Files.createDirectories(directory);
            return switch (mount.sharing()) {
                case PRIVATE -> firstFree(name, mount, seed, cancellation);
                case LOCKED -> exclusive(name, mount, seed, cancellation);
                case SHARED -> shared(name, mount, seed, cancellation);
            };
        } catch (IOException e) {
            throw new EnvironmentError("the cache mount " + mount.id() + " can't be used: " + e.getMessage(), e);
        }
    }

    private Held firstFree(String name, RunMount.Cache mount, Seed seed, Cancellation cancellation)
            throws IOException, JbuildException {
        for (int i = 0; ; i++) {
            cancellation.throwIfCancelled();
            String candidate = i == 0 ? name : name + "." + i;
            Optional<SharedFileLock.Hold> hold = locks.tryLock(lockFile(candidate), false);
            if (hold.isPresent()) {
                return prepared(candidate, hold.get(), mount, seed);
            }
        }
    }

    private Held exclusive(String name, RunMount.Cache mount, Seed seed, Cancellation cancellation)
            throws IOException, JbuildException {
        return prepared(name, hold(name, false, cancellation), mount, seed);
    }

    /** Whoever comes first makes the directory, alone; only then may others share it. */
    private Held shared(String name, RunMount.Cache mount, Seed seed, Cancellation cancellation)
            throws IOException, JbuildException {
        if (!Files.isDirectory(directory.resolve(name))) {
            exclusive(name, mount, seed, cancellation).close();
        }
        return prepared(name, hold(name, true, cancellation), mount, seed);
    }

    private SharedFileLock.Hold hold(String name, boolean shared, Cancellation cancellation)
            throws IOException, JbuildException {
        while (true) {
            Optional<SharedFileLock.Hold> hold = locks.tryLock(lockFile(name), shared);
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
        return directory.resolve(name + ".lock");
    }

    private Held prepared(String name, SharedFileLock.Hold hold, RunMount.Cache mount, Seed seed)
            throws IOException, JbuildException {
        Path path = directory.resolve(name);
        try {
            if (!Files.isDirectory(path)) {
                Path fresh = Files.createTempDirectory(directory, name + ".new");
                seed.fill(fresh);
                Files.setAttribute(fresh, "unix:mode", mount.mode());
                Files.setAttribute(fresh, "unix:uid", Math.toIntExact(mount.uid()));
                Files.setAttribute(fresh, "unix:gid", Math.toIntExact(mount.gid()));
                Files.move(fresh, path);
            }
            return new Held(path, hold);
        } catch (IOException | JbuildException | RuntimeException e) {
            hold.close();
            throw e;
        }
    }
}
