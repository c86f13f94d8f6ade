package dev.jbuild.solver;

import dev.jbuild.graph.Vertex;
import dev.jbuild.store.LayerStore.StoredLayer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What would become of a step if it were solved now.
 *
 * @param layer what its result would put on its base, if that is in the store
 * @param cost how long it took to make the result that would be used, if that is known
 * @param waitsFor the inputs without whose results nothing can be said
 */
public record ForeseenStep(
        Vertex vertex, State state, Optional<StoredLayer> layer, Optional<Duration> cost, List<Vertex> waitsFor) {
    public ForeseenStep {
        waitsFor = List.copyOf(waitsFor);
    }

    /** What would become of it. */
    public enum State {
        /** An image or a context that is there. */
        PRESENT,
        /** Something that must be got from elsewhere. */
        FETCH,
        CACHED,
        RUN,
        /** An input must be made or got first: it is cached or runs, as that turns out. */
        UNKNOWN
    }

    static ForeseenStep of(Vertex vertex, State state) {
        return new ForeseenStep(vertex, state, Optional.empty(), Optional.empty(), List.of());
    }
}
