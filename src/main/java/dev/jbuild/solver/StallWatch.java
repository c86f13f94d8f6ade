package dev.jbuild.solver;

import dev.jbuild.sandbox.ProcessTree;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Looks after the processes of a step, and tells in its log which they are and what they wait for when nothing has happened for
 * long: no output, no processor time, nothing read or written. What stalls is left as it is.
 */
final class StallWatch implements AutoCloseable {
    private static final int LOOKS = 5;
    private static final long LONGEST_PAUSE_MILLIS = 10_000;

    private final StepEvents events;
    private final Duration patience;
    private final long pauseMillis;
    private List<Long> lastActivity = List.of();
    private long lastOutput;
    private long since = System.nanoTime();
    private boolean told;
    private boolean closed;

    private StallWatch(StepEvents events, Duration patience) {
        this.events = events;
        this.patience = patience;
        this.pauseMillis = Math.max(1, Math.min(LONGEST_PAUSE_MILLIS, patience.toMillis() / LOOKS));
    }

    /** @param patience how long nothing may happen before it is told; absent if it never is */
    static StallWatch of(StepEvents events, Optional<Duration> patience) {
        StallWatch watch = new StallWatch(events, patience.orElse(Duration.ZERO));
        if (patience.isPresent()) {
            watch.lookLater();
        }
        return watch;
    }

    private void lookLater() {
        CompletableFuture.delayedExecutor(pauseMillis, TimeUnit.MILLISECONDS).execute(this::look);
    }

    private synchronized void look() {
        if (closed) {
            return;
        }
        try {
            events.launcher().ifPresent(this::look);
        } finally {
            lookLater();
        }
    }

    private void look(long launcher) {
        try {
            ProcessTree tree = ProcessTree.of(launcher);
            List<Long> activity = tree.activity();
            long output = events.outputs();
            // Before there is a process and after the last one, it is jbuild that works.
            if (activity.isEmpty() || output != lastOutput || !activity.equals(lastActivity)) {
                lastActivity = activity;
                lastOutput = output;
                since = System.nanoTime();
                told = false;
            } else if (!told && System.nanoTime() - since >= patience.toNanos()) {
                tell(tree);
            }
        } catch (IOException e) {
            told = true; // without /proc nothing can be told
        }
    }

    private void tell(ProcessTree tree) {
        events.say("nothing has happened for " + Timeout.words(patience)
                + ": no output, no processor time, nothing read or written. The processes of the step:");
        tree.lines().forEach(line -> events.say("  " + line));
        lastOutput = events.outputs();
        told = true;
    }

    @Override
    public synchronized void close() {
        closed = true;
    }
}
