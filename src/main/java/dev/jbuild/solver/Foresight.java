package dev.jbuild.solver;

import dev.jbuild.builds.StepObserver;
import dev.jbuild.cache.CacheKey;
import dev.jbuild.context.SourceTree;
import dev.jbuild.graph.Op;
import dev.jbuild.graph.Vertex;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.solver.ForeseenStep.State;
import dev.jbuild.store.Store;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Foretells how a graph would be solved: makes the keys that the solver makes and looks for their results where it does, in
 * the store, but gets nothing, makes nothing and leaves no trace.
 */
public final class Foresight {
    private final KnownResults known;
    private final StepRunners runners;
    private final Images images;
    private final Map<String, SourceTree> contexts;
    private final StepObserver observer;

    /**
     * @param oldest results that were made before are not used
     * @param contexts the file trees of the build's contexts by name, the main one by the empty name
     * @param observer hears of keys and of what would run
     */
    public Foresight(
            Store store,
            Instant oldest,
            StepRunners runners,
            Images images,
            Map<String, SourceTree> contexts,
            StepObserver observer) {
        this.known = new KnownResults(store, oldest);
        this.runners = runners;
        this.images = images;
        this.contexts = Map.copyOf(contexts);
        this.observer = observer;
    }

    /** Gives the layers of images as far as they are there. */
    @FunctionalInterface
    public interface Images {
        Optional<LayerStack> find(Op.Image image) throws JbuildException;
    }

    /**
     * What would become of each of the vertices, which come after their inputs.
     *
     * @throws JbuildException if solving would fail before anything runs, as where a file to be copied is missing
     */
    public List<ForeseenStep> of(List<Vertex> vertices, Cancellation cancellation) throws JbuildException {
        List<ForeseenStep> foreseen = new ArrayList<>();
        Map<Vertex, StepResult> results = new HashMap<>();
        for (Vertex vertex : vertices) {
            cancellation.throwIfCancelled();
            foreseen.add(foresee(vertex, results, cancellation));
        }
        return foreseen;
    }

    /** @param results of the vertices before, as far as they are known; that of this one is added */
    private ForeseenStep foresee(Vertex vertex, Map<Vertex, StepResult> results, Cancellation cancellation)
            throws JbuildException {
        Op op = vertex.op();
        if (op instanceof Op.Image image) {
            Optional<LayerStack> stack = images.find(image);
            stack.ifPresent(there ->
                    results.put(vertex, new StepResult.Root(there, false, Optional.empty(), Optional.empty())));
            return ForeseenStep.of(vertex, stack.isPresent() ? State.PRESENT : State.FETCH);
        }
        if (op instanceof Op.Context context) {
            SourceTree tree = contexts.get(context.name());
            if (tree != null) {
                results.put(vertex, new StepResult.Files(tree));
            }
            return ForeseenStep.of(vertex, tree == null ? State.FETCH : State.PRESENT);
        }
        if (op instanceof Op.Http || op instanceof Op.Git) {
            return ForeseenStep.of(vertex, State.FETCH);
        }
        try {
            return layer(vertex, results, cancellation);
        } catch (JbuildException e) {
            throw AtInstruction.of(vertex, e);
        }
    }

    private ForeseenStep layer(Vertex vertex, Map<Vertex, StepResult> results, Cancellation cancellation)
            throws JbuildException {
        List<Vertex> missing = vertex.inputs().stream()
                .filter(input -> !results.containsKey(input))
                .toList();
        if (!missing.isEmpty()) {
            State state = vertex.ignoreCache() ? State.RUN : State.UNKNOWN;
            return new ForeseenStep(vertex, state, Optional.empty(), Optional.empty(), missing);
        }
        List<StepResult> inputs = vertex.inputs().stream().map(results::get).toList();
        BuildSteps.LayerStep step = runners.step(vertex, inputs);
        CacheKey key = step.key(cancellation);
        observer.keyed(vertex, key);
        Optional<KnownResults.Hit> hit =
                vertex.ignoreCache() ? Optional.empty() : known.peek(key, made -> observer.tooOld(vertex, made));
        if (hit.isEmpty()) {
            observer.missed(vertex, step.files());
            return ForeseenStep.of(vertex, State.RUN);
        }
        results.put(vertex, hit.get().upon(BuildSteps.base(vertex.op(), inputs), key));
        return new ForeseenStep(
                vertex,
                State.CACHED,
                hit.get().layer(),
                Optional.of(hit.get().cost()).filter(cost -> !cost.isZero()),
                List.of());
    }
}
