package dev.jbuild.cli;

import dev.jbuild.progress.BuildEvent;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Lets a view know that time passes, from a thread of its own. */
final class TickingProgress implements ProgressView {
    private final ProgressView view;
    private final CountDownLatch closed = new CountDownLatch(1);

    TickingProgress(ProgressView view, long everyMillis, InstantSource clock) {
        this.view = view;
        Thread thread = new Thread(() -> run(everyMillis, clock), "progress");
        thread.setDaemon(true);
        thread.start();
    }

    private void run(long everyMillis, InstantSource clock) {
        try {
            while (!closed.await(everyMillis, TimeUnit.MILLISECONDS)) {
                view.tick(clock.instant());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void accept(BuildEvent event) {
        view.accept(event);
    }

    @Override
    public void hold() {
        view.hold();
    }

    @Override
    public void release() {
        view.release();
    }

    @Override
    public void close() {
        closed.countDown();
        view.close();
    }
}
