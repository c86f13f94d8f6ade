package dev.jbuild.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The git repositories that sources were fetched into, which can be fetched again. Beside each lies a file {@code
 * NAME.lock} that whoever uses it has locked; it stays when the repository goes.
 */
final class Repositories {
    private static final String LOCK = ".lock";

    private Repositories() {}

    /** Deletes those that nobody uses. Returns the bytes of their files. */
    static long deleteUnused(Path directory) throws IOException {
        long bytes = 0;
        try (DirectoryStream<Path> locks = Files.newDirectoryStream(directory, "*" + LOCK)) {
            for (Path lock : locks) {
                String name = String.valueOf(lock.getFileName());
                bytes += deleteUnused(lock, lock.resolveSibling(name.substring(0, name.length() - LOCK.length())));
            }
        } catch (NoSuchFileException e) {
            // Nothing was ever fetched.
        }
        return bytes;
    }

    private static long deleteUnused(Path lockFile, Path repository) throws IOException {
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE)) {
            return lock(channel) == null ? 0 : FileTrees.delete(repository);
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // A build of this process uses it.
            return null;
        }
    }
}
