package dev.jbuild.solver;

import dev.jbuild.cache.CacheKey;
import dev.jbuild.problem.BuildCancelled;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Lets one build at a time run a step, among all builds that use a store, be they of this process or of others. Safe for
 * use by many threads.
 *
 * <p>All steps share a file that stays empty: a lock is on the byte that the step's key stands for, so nothing is left of
 * it, and the system takes it back from a process that dies. Whoever holds one waits for no other (only for cache mounts,
 * whose holders wait for none of these), so nobody waits for ever.
 */
final class StepLocks {
    private static final long POLL_MILLIS = 20;
    /** As many hexadecimal digits as a file's offset can hold. */
    private static final int PLACE_DIGITS = 15;

    /**
     * The files of this process. The system's locks belong to a whole process, and closing any descriptor of a file drops
     * all of them, so that each file is opened once, by whoever comes first, and closed by whoever goes last.
     */
    private static final Map<Path, LockFile> FILES = new HashMap<>();

    private final Path file;

    /** @param file made when it is first needed; nothing else may open it */
    StepLocks(Path file) {
        this.file = file.toAbsolutePath().normalize();
    }

    /** @param held which places, and by whom in this process */
    private record LockFile(FileChannel channel, Map<Long, StepLocks> held) {}

    /** The right to run a step; closing it lets others in. */
    @FunctionalInterface
    interface Turn extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Waits until nobody else runs the step. Where files can't be locked, nothing is waited for: then a step may run
     * twice, with the same result.
     *
     * @param waiting called once, with whom it is waited for
     * @throws JbuildException if the build is cancelled meanwhile
     */
    Turn take(CacheKey key, Consumer<String> waiting, Cancellation cancellation) throws JbuildException {
        long place = Long.parseLong(key.digest().hex().substring(0, PLACE_DIGITS), 16);
        try {
            Optional<Turn> turn = tryTake(place);
            if (turn.isEmpty()) {
                waiting.accept(holder(place));
            }
            while (turn.isEmpty()) {
                cancellation.throwIfCancelled();
                Thread.sleep(POLL_MILLIS);
                turn = tryTake(place);
            }
            return turn.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BuildCancelled();
        } catch (IOException e) {
            return () -> {};
        }
    }

    private String holder(long place) {
        synchronized (FILES) {
            LockFile open = FILES.get(file);
            return open != null && open.held().get(place) == this ? "another stage" : "another build";
        }
    }

    private Optional<Turn> tryTake(long place) throws IOException {
        synchronized (FILES) {
            LockFile open = FILES.get(file);
            if (open == null) {
                FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                open = new LockFile(channel, new HashMap<>());
                FILES.put(file, open);
            }
            FileLock lock = null;
            try {
                lock = open.held().containsKey(place) ? null : open.channel().tryLock(place, 1, false);
            } finally {
                if (lock == null) {
                    closeUnused(open);
                }
            }
            if (lock == null) {
                return Optional.empty();
            }
            open.held().put(place, this);
            return Optional.of(turn(open, place, lock));
        }
    }

    private Turn turn(LockFile open, long place, FileLock lock) {
        boolean[] ended = {false};
        return () -> {
            synchronized (FILES) {
                if (!ended[0]) {
                    ended[0] = true;
                    open.held().remove(place);
                    release(open, lock);
                }
            }
        };
    }

    private void release(LockFile open, FileLock lock) {
        try {
            lock.release();
            closeUnused(open);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void closeUnused(LockFile open) throws IOException {
        if (open.held().isEmpty()) {
            FILES.remove(file);
            open.channel().close();
        }
    }
}
