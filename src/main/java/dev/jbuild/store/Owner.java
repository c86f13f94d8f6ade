package dev.jbuild.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A process that works in the store: a directory in {@code ingest} for its unfinished things and leases, and beside it a
 * file that is locked for as long as the process lives.
 *
 * <p>The kernel drops the lock with the process, so no reused process ID, other boot or PID namespace can make a dead
 * owner look alive, or a live one dead.
 */
final class Owner implements AutoCloseable {
    private static final String LOCK = ".lock";
    private static final String LEASE = "lease-";
    /** A file that nobody locks is left after this time. */
    private static final Duration ABANDONED = Duration.ofHours(1);
    /**
     * The owners of this JVM. Closing any descriptor of a file drops all locks that the process has on it, so files of our
     * own must never be opened to see if they are locked.
     */
    private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final Path lockFile;
    private final FileChannel lock;
    private final AtomicLong next = new AtomicLong();

    private Owner(Path directory, Path lockFile, FileChannel lock) {
        this.directory = directory;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /** A new owner in {@code ingest}. */
    static Owner enter(Path ingest) throws IOException {
        while (true) {
            String name = ProcessHandle.current().pid() + "-"
                    + UUID.randomUUID().toString().substring(0, 8);
            Path lockFile = ingest.resolve(name + LOCK);
            OURS.add(lockFile);
            FileChannel lock = FileChannel.open(lockFile, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            // A sweep may have been between: it saw no lock yet, and took the file away.
            if (lock.tryLock() != null && Files.exists(lockFile)) {
                Path directory = Files.createDirectory(ingest.resolve(name));
                return new Owner(directory, lockFile, lock);
            }
            lock.close();
            OURS.remove(lockFile);
        }
    }

    /** A path in the owner's directory at which nothing is. */
    Path fresh(String suffix) {
        return directory.resolve(next.incrementAndGet() + suffix);
    }

    Path newLease() throws IOException {
        return Files.createFile(directory.resolve(LEASE + next.incrementAndGet()));
    }

    @Override
    public void close() {
        try {
            FileTrees.delete(directory);
        } catch (IOException e) {
            // What remains is swept when its lock is gone.
        }
        try {
            Files.deleteIfExists(lockFile);
            lock.close();
        } catch (IOException e) {
            // As above.
        }
        OURS.remove(lockFile);
    }

    /** Deletes what dead owners left. */
    static void sweep(Path ingest) throws IOException {
        for (Path entry : entries(ingest)) {
            String name = String.valueOf(entry.getFileName());
            if (name.endsWith(LOCK)) {
                sweep(entry.resolveSibling(name.substring(0, name.length() - LOCK.length())), entry);
            } else if (Files.isDirectory(entry)) {
                sweep(entry, entry.resolveSibling(name + LOCK));
            } else if (time(entry).toMillis() < System.currentTimeMillis() - ABANDONED.toMillis()) {
                // Left while the store was made.
                Files.deleteIfExists(entry);
            }
        }
    }

    private static void sweep(Path directory, Path lockFile) throws IOException {
        if (OURS.contains(lockFile)) {
            return;
        }
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock != null) {
                FileTrees.delete(directory);
                Files.deleteIfExists(lockFile);
            }
        } catch (NoSuchFileException e) {
            FileTrees.delete(directory);
        }
    }

    /** When the oldest lease of a living owner began. */
    static Optional<FileTime> oldestLease(Path ingest) throws IOException {
        FileTime oldest = null;
        for (Path directory : entries(ingest)) {
            if (!Files.isDirectory(directory) || !isAlive(directory)) {
                continue;
            }
            for (Path file : entries(directory)) {
                if (String.valueOf(file.getFileName()).startsWith(LEASE)) {
                    FileTime since = time(file);
                    oldest = oldest == null || since.compareTo(oldest) < 0 ? since : oldest;
                }
            }
        }
        return Optional.ofNullable(oldest);
    }

    private static FileTime time(Path file) throws IOException {
        try {
            return Files.getLastModifiedTime(file);
        } catch (NoSuchFileException e) {
            // Closed just now.
            return FileTime.fromMillis(Long.MAX_VALUE);
        }
    }

    private static boolean isAlive(Path directory) throws IOException {
        Path lockFile = directory.resolveSibling(directory.getFileName() + LOCK);
        if (OURS.contains(lockFile)) {
            return true;
        }
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock == null;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static List<Path> entries(Path directory) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(entries::add);
        } catch (NoSuchFileException e) {
            return List.of();
        }
        return entries;
    }
}
