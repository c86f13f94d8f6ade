package dev.jbuild.image;

import dev.jbuild.problem.BuildCancelled;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Does the same with several things at once. */
@SuppressWarnings("try") // leases and registrations are held, not used
final class Parallel {
    private Parallel() {}

    /** What to do with one thing. */
    @FunctionalInterface
    interface Work<T, R> {
        R apply(T item) throws JbuildException;
    }

    /**
     * The results in the order of the items. The first failure ends it: what hasn't begun isn't begun, what is under way
     * is stopped by {@code abort}, and all has ended when this returns.
     */
    static <T, R> List<R> map(List<T> items, int threads, Cancellation cancellation, Runnable abort, Work<T, R> work)
            throws JbuildException {
        cancellation.throwIfCancelled();
        Cancellation stop = new Cancellation();
        ExecutorService executor =
                Executors.newFixedThreadPool(Math.max(1, Math.min(threads, items.size())), Parallel::daemon);
        try (var outer = cancellation.onCancel(stop::cancel);
                var inner = stop.onCancel(abort)) {
            List<Future<R>> futures = new ArrayList<>();
            for (T item : items) {
                futures.add(executor.submit(() -> {
                    stop.throwIfCancelled();
                    return work.apply(item);
                }));
            }
            return results(futures, stop, cancellation);
        } finally {
            executor.shutdown();
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "transfer");
        thread.setDaemon(true);
        return thread;
    }

    private static <R> List<R> results(List<Future<R>> futures, Cancellation stop, Cancellation cancellation)
            throws JbuildException {
        List<R> results = new ArrayList<>();
        List<Throwable> failures = new ArrayList<>();
        for (Future<R> future : futures) {
            try {
                results.add(future.get());
            } catch (ExecutionException e) {
                failures.add(e.getCause() == null ? e : e.getCause());
                stop.cancel();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                stop.cancel();
                throw new EnvironmentError("interrupted", e);
            }
        }
        cancellation.throwIfCancelled();
        if (!failures.isEmpty()) {
            throw worst(failures);
        }
        return results;
    }

    /** The failure that the others followed from. */
    private static JbuildException worst(List<Throwable> failures) {
        Throwable worst = failures.stream()
                .filter(failure -> !(failure instanceof BuildCancelled))
                .findFirst()
                .orElse(failures.get(0));
        if (worst instanceof Error error) {
            throw error;
        }
        if (worst instanceof RuntimeException bug) {
            throw bug;
        }
        return worst instanceof JbuildException known ? known : new EnvironmentError(String.valueOf(worst), worst);
    }
}
