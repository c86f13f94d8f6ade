package dev.jbuild.solver;

import dev.jbuild.progress.Cancellation;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Ends what takes longer than it may, by the means that end it when the whole build is cancelled. */
final class Timeout implements AutoCloseable {
    private final Cancellation cancellation;
    private final Cancellation.Registration outer;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean over;

    private Timeout(Cancellation build, Optional<Duration> time) {
        this.cancellation = time.isPresent() ? new Cancellation() : build;
        this.outer = time.isPresent() ? build.onCancel(cancellation::cancel) : () -> {};
    }

    /**
     * Begins to count.
     *
     * @param time absent for no limit
     */
    static Timeout of(Optional<Duration> time, Cancellation build) {
        Timeout timeout = new Timeout(build, time);
        if (time.isPresent()) {
            Thread thread = new Thread(() -> timeout.await(time.get()), "timeout");
            thread.setDaemon(true);
            thread.start();
        }
        return timeout;
    }

    private void await(Duration time) {
        try {
            if (!closed.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
                over = !cancellation.isCancelled();
                cancellation.cancel();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What to run under: set when the time is over as well as when the build is cancelled. */
    Cancellation cancellation() {
        return cancellation;
    }

    boolean isOver() {
        return over;
    }

    /** A duration as people write it, such as {@code 1m30s}. */
    static String words(Duration duration) {
        return duration.toString().substring(2).toLowerCase(Locale.ROOT);
    }

    @Override
    public void close() {
        outer.close();
        closed.countDown();
    }
}
