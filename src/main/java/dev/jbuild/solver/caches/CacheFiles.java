package dev.jbuild.solver.caches;

import dev.jbuild.fs.Trees;
import dev.jbuild.problem.BuildCancelled;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.store.KeptDirectories;
import dev.jbuild.store.SharedFileLock;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where the caches of a store lie, and the locks on them. */
@SuppressWarnings("try") // locks are held to the end of a block that does not name them
final class CacheFiles {
    /** The hash of what the cache is for, the generation, and the number of a further private one. */
    private static final Pattern NAME = Pattern.compile("[0-9a-f]{32}-([0-9]{1,9})(\\.[0-9]{1,9})?");

    private static final Pattern LEFT_OVER = Pattern.compile("(" + NAME.pattern() + ")\\.(new|old)[0-9]+");

    private static final long POLL_MILLIS = 20;

    private final Path directory;

    CacheFiles(Path directory) {
        this.directory = directory;
    }

    void make() throws IOException {
        Files.createDirectories(directory);
    }

    Path tree(String name) {
        return directory.resolve(name);
    }

    private Path lockFile(String name) {
        return KeptDirectories.lockFile(tree(name));
    }

    Optional<SharedFileLock.Hold> tryLock(String name, boolean shared) throws IOException {
        return SharedFileLock.tryLock(lockFile(name), shared);
    }

    /** Waits for the lock. */
    SharedFileLock.Hold lock(String name, boolean shared, Cancellation cancellation)
            throws IOException, JbuildException {
        while (true) {
            Optional<SharedFileLock.Hold> hold = tryLock(name, shared);
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

    boolean exists(String name) {
        return Files.isDirectory(tree(name));
    }

    /** The names of all caches of which the names begin so. */
    List<String> names(String prefix) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> caches = Files.newDirectoryStream(directory, prefix + "*")) {
            for (Path cache : caches) {
                String name = String.valueOf(cache.getFileName());
                if (NAME.matcher(name).matches()) {
                    names.add(name);
                }
            }
        } catch (NoSuchFileException e) {
            return List.of();
        }
        names.sort(String::compareTo);
        return names;
    }

    /** The number of a cache's generation. */
    static int generation(String name) {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(name);
        }
        return Integer.parseInt(matcher.group(1));
    }

    /** An empty directory that isn't a cache until it is {@link #publish}ed. */
    Path fresh(String name) throws IOException {
        return Files.createTempDirectory(directory, name + ".new");
    }

    /** Makes a directory the cache of this name; the caller holds the lock alone. */
    void publish(Path fresh, String name, CacheRecord record) throws IOException {
        used(name, record);
        Files.move(fresh, tree(name), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Absent for a cache of a jbuild that kept no records. */
    Optional<CacheRecord> readRecord(String name) throws IOException {
        return KeptDirectories.about(tree(name)).flatMap(CacheRecord::parse);
    }

    /** Notes that a cache is in use now; the caller holds its lock. */
    void used(String name, CacheRecord record) {
        KeptDirectories.noteUse(tree(name), record.toText());
    }

    Instant lastUsed(String name) throws IOException {
        return KeptDirectories.lastUsed(tree(name));
    }

    /** Deletes a cache. The caller holds its lock alone; what a crash leaves undone isn't taken for a cache. */
    void delete(String name) throws IOException {
        Path old = Files.createTempDirectory(directory, name + ".old");
        Files.move(tree(name), old, StandardCopyOption.ATOMIC_MOVE);
        Trees.deleteRecursively(old);
        KeptDirectories.forget(tree(name));
    }

    /** Deletes what crashes left. */
    void sweep() throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
            for (Path each : all) {
                Matcher left = LEFT_OVER.matcher(String.valueOf(each.getFileName()));
                if (left.matches()) {
                    Optional<SharedFileLock.Hold> alone = tryLock(left.group(1), false);
                    if (alone.isPresent()) {
                        try (SharedFileLock.Hold hold = alone.get()) {
                            Trees.deleteRecursively(each);
                            if (!exists(left.group(1))) {
                                Files.deleteIfExists(lockFile(left.group(1)));
                            }
                        }
                    }
                }
            }
        } catch (NoSuchFileException e) {
            // No cache was ever made.
        }
    }
}
