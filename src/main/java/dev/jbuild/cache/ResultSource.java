package dev.jbuild.cache;

import dev.jbuild.problem.JbuildException;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.store.LayerStore.StoredLayer;
import java.time.Instant;
import java.util.Optional;

/** Where the results of steps may be that the store doesn't have. Safe for use by many threads. */
@FunctionalInterface
public interface ResultSource {
    /** Knows nothing. */
    ResultSource NONE = (key, base, step) -> Optional.empty();

    /**
     * A result that was found.
     *
     * @param layer the layer that the step made, whose files may still be elsewhere
     * @param source where it was found, for people
     */
    record Found(Optional<StoredLayer> layer, Instant created, String source) {}

    /**
     * Looks for the result of a step.
     *
     * @param base what the step's layer lies on
     * @param step what the step is called, for people
     */
    Optional<Found> find(CacheKey key, LayerStack base, String step) throws JbuildException;
}
