package dev.jbuild.image;

import dev.jbuild.graph.BuildGraph;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.store.Store;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes the configuration and the manifest of what a build gave, in the store. */
public final class ImageAssembler {
    private final Store store;

    public ImageAssembler(Store store) {
        this.store = store;
    }

    /**
     * What became of one step of the history.
     *
     * @param madeLayer whether the step's result has a layer of its own
     * @param created when the step's result was made, by the build that made it; absent for steps that ran nothing
     */
    public record StepOutcome(boolean madeLayer, Optional<Instant> created) {
        /** A step that changed only the configuration. */
        public static final StepOutcome METADATA = new StepOutcome(false, Optional.empty());
    }

    /**
     * Puts configuration and manifest into the store, without a name yet.
     *
     * @param root the layers of the result, those of the base first
     * @param steps one for each of {@code graph.history()}
     */
    public LocalImage assemble(
            BuildGraph graph, LayerStack root, List<StepOutcome> steps, Map<String, String> annotations)
            throws JbuildException {
        throw new UnsupportedOperationException(graph.toString() + root + steps + annotations + store);
    }
}
