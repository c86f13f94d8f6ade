package dev.jbuild.progress;

import dev.jbuild.problem.BuildCancelled;
import java.util.ArrayList;
import java.util.List;

/**
 * A request to stop that is handed down to whatever takes long. Safe for use by many threads.
 *
 * <p>Whoever blocks registers how to be woken with {@link #onCancel}; whoever loops calls {@link #throwIfCancelled}.
 */
public final class Cancellation {
    private final List<Runnable> actions = new ArrayList<>();
    private boolean cancelled;

    /** Ends a registration made with {@link Cancellation#onCancel}. */
    @FunctionalInterface
    public interface Registration extends AutoCloseable {
        @Override
        void close();
    }

    public synchronized boolean isCancelled() {
        return cancelled;
    }

    /** Asks to stop: runs all registered actions in the calling thread. Later calls do nothing. */
    public void cancel() {
        List<Runnable> run;
        synchronized (this) {
            if (cancelled) {
                return;
            }
            cancelled = true;
            run = new ArrayList<>(actions);
            actions.clear();
        }
        run.forEach(Runnable::run);
    }

    /** Registers an action, which runs at once if the request was made already. */
    public Registration onCancel(Runnable action) {
        synchronized (this) {
            if (!cancelled) {
                actions.add(action);
                return () -> {
                    synchronized (this) {
                        actions.remove(action);
                    }
                };
            }
        }
        action.run();
        return () -> {};
    }

    public void throwIfCancelled() throws BuildCancelled {
        if (isCancelled()) {
            throw new BuildCancelled();
        }
    }
}
