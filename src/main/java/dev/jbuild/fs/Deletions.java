package dev.jbuild.fs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Deletes trees behind the back of whoever is done with them, one after another. Safe for use by many threads.
 *
 * <p>Closing waits for all of them. What can't be deleted stays, for whoever sweeps when its owner is gone.
 */
public final class Deletions implements AutoCloseable {
    private final String thread;
    private @Nullable ExecutorService executor;

    /** @param thread the name of the thread that deletes, which begins with the first tree */
    public Deletions(String thread) {
        this.thread = thread;
    }

    /** Deletes a tree, soon; it must have no other user. */
    public synchronized void delete(Path tree) {
        if (executor == null) {
            executor = Executors.newSingleThreadExecutor(task -> {
                Thread made = new Thread(task, thread);
                made.setDaemon(true);
                return made;
            });
        }
        executor.execute(() -> deleteNow(tree));
    }

    private static void deleteNow(Path tree) {
        try {
            Trees.deleteRecursively(tree);
        } catch (IOException e) {
            // It stays, as said above.
        }
    }

    @Override
    public void close() {
        ExecutorService ending;
        synchronized (this) {
            ending = executor;
            executor = null;
        }
        if (ending != null) {
            ending.shutdown();
            awaitUninterruptibly(ending);
        }
    }

    /** Who interrupts, wants the end to come sooner, but not things left lying about. */
    private static void awaitUninterruptibly(ExecutorService ending) {
        boolean interrupted = false;
        while (true) {
            try {
                if (ending.awaitTermination(1, TimeUnit.MINUTES)) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
