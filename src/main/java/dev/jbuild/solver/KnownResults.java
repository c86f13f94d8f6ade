package dev.jbuild.solver;

import dev.jbuild.cache.BuildCache;
import dev.jbuild.cache.BuildCache.StepRecord;
import dev.jbuild.cache.CacheKey;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.snapshot.PackedLayers;
import dev.jbuild.store.LayerStore.StoredLayer;
import dev.jbuild.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Finds the results of steps that the store has. */
final class KnownResults {
    private final BuildCache cache;
    private final PackedLayers layers;
    private final Instant oldest;

    /** @param oldest results that were made before are not used */
    KnownResults(Store store, Instant oldest) {
        this.cache = new BuildCache(store.records());
        this.layers = new PackedLayers(store);
        this.oldest = oldest;
    }

    /**
     * A result that can be used.
     *
     * @param layer what the step puts on its base, if anything
     * @param cost how long it took to make; zero if that isn't known
     */
    record Hit(Optional<StoredLayer> layer, Instant created, Duration cost) {
        StepResult.Root upon(LayerStack base, CacheKey key) {
            return result(key, base, layer, created);
        }
    }

    /** Hears of results that are there but too old. */
    @FunctionalInterface
    interface TooOld {
        void hear(Instant made);
    }

    boolean isTooOld(Instant made) {
        return made.isBefore(oldest);
    }

    /** The result of a step that is to be used. */
    Optional<Hit> find(CacheKey key, TooOld tooOld) throws JbuildException {
        return usable(cache.look(key), tooOld);
    }

    /** The result that {@link #find} would give, for whoever only wants to know whether there is one. */
    Optional<Hit> peek(CacheKey key, TooOld tooOld) throws JbuildException {
        return usable(cache.peek(key), tooOld);
    }

    private Optional<Hit> usable(Optional<BuildCache.Known> found, TooOld tooOld) throws JbuildException {
        if (found.isEmpty()) {
            return Optional.empty();
        }
        StepRecord known = found.get().result();
        if (isTooOld(known.created())) {
            tooOld.hear(known.created());
            return Optional.empty();
        }
        Optional<StoredLayer> layer = Optional.empty();
        if (known.layer().isPresent()) {
            layer = layers.find(known.layer().get());
            if (layer.isEmpty()) {
                return Optional.empty();
            }
        }
        return Optional.of(new Hit(layer, known.created(), found.get().cost()));
    }

    /** A result that nobody is to find again. */
    static StepResult.Root unkeyed(LayerStack base, Optional<StoredLayer> layer, Instant created) {
        return new StepResult.Root(
                layer.map(base::plus).orElse(base), layer.isPresent(), Optional.empty(), Optional.of(created));
    }

    static StepResult.Root result(CacheKey key, LayerStack base, Optional<StoredLayer> layer, Instant created) {
        return new StepResult.Root(
                layer.map(base::plus).orElse(base), layer.isPresent(), Optional.of(key.digest()), Optional.of(created));
    }
}
