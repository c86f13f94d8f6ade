package dev.jbuild.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Shared and exclusive locks on files that hold between threads as well as between processes. The operating system's
 * locks belong to a whole process, so this process takes each of them once and counts its own users. A file that is
 * locked so must not be opened in another way: closing any descriptor of it would drop the lock.
 */
public final class SharedFileLock {
    /** Those of this JVM, whoever takes them. */
    private static final Map<Path, Use> USES = new HashMap<>();

    private SharedFileLock() {}

    /** How this process uses a lock now. */
    private static final class Use {
        private final FileChannel channel;
        private final boolean shared;
        private int holders = 1;

        private Use(FileChannel channel, boolean shared) {
            this.channel = channel;
            this.shared = shared;
        }
    }

    /** A lock that is held; closing it twice does nothing more. */
    @FunctionalInterface
    public interface Hold extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Takes the lock if nobody has it in the way. The file is made when there is none; whoever holds it alone may delete it.
     */
    public static Optional<Hold> tryLock(Path file, boolean shared) throws IOException {
        synchronized (USES) {
            return take(file.toAbsolutePath().normalize(), shared);
        }
    }

    private static Optional<Hold> take(Path file, boolean shared) throws IOException {
        Use use = USES.get(file);
        if (use != null) {
            if (!shared || !use.shared) {
                return Optional.empty();
            }
            use.holders++;
            return Optional.of(hold(file, use));
        }
        while (true) {
            List<Object> before = identity(file);
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock(0, Long.MAX_VALUE, shared);
            if (lock == null) {
                channel.close();
                return Optional.empty();
            }
            if (!before.isEmpty() && before.equals(identity(file))) {
                Use first = new Use(channel, shared);
                USES.put(file, first);
                return Optional.of(hold(file, first));
            }
            // Made just now, or deleted by who held it before: others may lock another file of this name.
            channel.close();
        }
    }

    /** Which file has this name: if it has it before and after another one was opened by it, that was this file. */
    private static List<Object> identity(Path file) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return List.of(String.valueOf(attributes.fileKey()), attributes.lastModifiedTime());
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    private static Hold hold(Path file, Use use) {
        boolean[] open = {true};
        return () -> {
            synchronized (USES) {
                if (open[0]) {
                    open[0] = false;
                    release(file, use);
                }
            }
        };
    }

    private static void release(Path file, Use use) {
        use.holders--;
        if (use.holders == 0) {
            USES.remove(file);
            try {
                use.channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
