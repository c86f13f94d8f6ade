package dev.jbuild.cache.remote;

import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps the writers of a directory and whoever tidies it up apart. File systems without locks have to do without: what
 * goes missing there is a miss for readers.
 */
final class DirectoryLock implements AutoCloseable {
    private static final int PAUSE_MILLIS = 20;

    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    static DirectoryLock shared(Path file, Cancellation cancellation) throws IOException, JbuildException {
        return take(file, true, cancellation);
    }

    static DirectoryLock exclusive(Path file, Cancellation cancellation) throws IOException, JbuildException {
        return take(file, false, cancellation);
    }

    private static DirectoryLock take(Path file, boolean shared, Cancellation cancellation)
            throws IOException, JbuildException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            while (!tryLock(channel, shared)) {
                cancellation.throwIfCancelled();
                Thread.sleep(PAUSE_MILLIS);
            }
            return new DirectoryLock(channel);
        } catch (InterruptedException e) {
            channel.close();
            Thread.currentThread().interrupt();
            throw new EnvironmentError("interrupted", e);
        } catch (JbuildException e) {
            channel.close();
            throw e;
        }
    }

    private static boolean tryLock(FileChannel channel, boolean shared) {
        try {
            return channel.tryLock(0, Long.MAX_VALUE, shared) != null;
        } catch (OverlappingFileLockException e) {
            // Another thread of this process has it.
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // The lock goes with the process.
        }
    }
}
