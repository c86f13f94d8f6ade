package dev.jbuild.solver;

import dev.jbuild.cache.remote.LostResult;
import dev.jbuild.graph.Vertex;
import dev.jbuild.problem.BuildCancelled;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Solves a graph: every vertex as soon as its inputs are there, as many at once as {@code jobs} says. The first failure
 * stops all the others.
 */
public final class Solver {
    private final StepSolver steps;
    private final int jobs;

    public Solver(StepSolver steps, int jobs) {
        this.steps = steps;
        this.jobs = jobs;
    }

    /** Solves one vertex whose inputs are solved. */
    @FunctionalInterface
    public interface StepSolver {
        /**
         * @param inputs the results of the vertex's inputs, in their order
         * @param cancellation set when the build is to stop
         */
        StepResult solve(Vertex vertex, List<StepResult> inputs, Cancellation cancellation) throws JbuildException;
    }

    /**
     * Solves the vertices, each of which comes after its inputs.
     *
     * @throws JbuildException the first failure, or {@code BuildCancelled} if {@code cancellation} was set. Either way
     *     everything that was started has ended.
     */
    public Map<Vertex, StepResult> solve(List<Vertex> vertices, Cancellation cancellation) throws JbuildException {
        Cancellation stop = new Cancellation();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        ExecutorService pool = Executors.newFixedThreadPool(jobs, Solver::thread);
        Cancellation.Registration outer = cancellation.onCancel(stop::cancel);
        try {
            Map<Vertex, CompletableFuture<StepResult>> futures = new HashMap<>();
            for (Vertex vertex : vertices) {
                futures.put(vertex, start(vertex, futures, pool, stop, failure));
            }
            Map<Vertex, StepResult> results = new HashMap<>();
            for (Map.Entry<Vertex, CompletableFuture<StepResult>> entry : futures.entrySet()) {
                await(entry.getValue()).ifPresent(result -> results.put(entry.getKey(), result));
            }
            throwFailure(Optional.ofNullable(failure.get()), cancellation);
            return results;
        } finally {
            outer.close();
            pool.shutdown();
        }
    }

    private CompletableFuture<StepResult> start(
            Vertex vertex,
            Map<Vertex, CompletableFuture<StepResult>> futures,
            ExecutorService pool,
            Cancellation stop,
            AtomicReference<@Nullable Throwable> failure) {
        List<CompletableFuture<StepResult>> inputs =
                vertex.inputs().stream().map(futures::get).toList();
        return CompletableFuture.allOf(inputs.toArray(CompletableFuture[]::new))
                .thenApplyAsync(ready -> solveOne(vertex, inputs, stop, failure), pool);
    }

    private StepResult solveOne(
            Vertex vertex,
            List<CompletableFuture<StepResult>> inputs,
            Cancellation stop,
            AtomicReference<@Nullable Throwable> failure) {
        try {
            stop.throwIfCancelled();
            List<StepResult> results = new ArrayList<>();
            inputs.forEach(input -> results.add(input.join()));
            return steps.solve(vertex, results, stop);
        } catch (JbuildException | RuntimeException | Error e) {
            // Only the first failure counts: the others may be but its consequences.
            failure.compareAndSet(null, e);
            // What was lost is tried again, for which the results of steps that run by now are of use.
            if (!(e instanceof LostResult)) {
                stop.cancel();
            }
            throw new CompletionException(e);
        }
    }

    private static Optional<StepResult> await(CompletableFuture<StepResult> future) {
        try {
            return Optional.of(future.join());
        } catch (CompletionException e) {
            // Kept in "failure" by whoever threw it first.
            return Optional.empty();
        }
    }

    private static void throwFailure(Optional<Throwable> first, Cancellation cancellation) throws JbuildException {
        if (cancellation.isCancelled()) {
            throw new BuildCancelled();
        }
        if (first.isEmpty()) {
            return;
        }
        Throwable failure = first.get();
        if (failure instanceof JbuildException problem) {
            throw problem;
        }
        if (failure instanceof RuntimeException bug) {
            throw bug;
        }
        if (failure instanceof Error error) {
            throw error;
        }
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "solver");
        thread.setDaemon(true);
        return thread;
    }
}
