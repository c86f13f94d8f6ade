package dev.jbuild.builds;

import dev.jbuild.cache.CacheKey;
import dev.jbuild.graph.Vertex;
import java.time.Instant;

/** Hears from the solver what it finds out about steps, beside their progress. Safe for use by many threads. */
public interface StepObserver {
    /** Hears nothing. */
    StepObserver NONE = new StepObserver() {
        @Override
        public void keyed(Vertex vertex, CacheKey key) {}

        @Override
        public void tooOld(Vertex vertex, Instant made) {}

        @Override
        public void missed(Vertex vertex, FileListing files) {}

        @Override
        public void ran(Vertex vertex, StepScene scene) {}

        @Override
        public void solved(Vertex vertex, String content, String layer) {}
    };

    /** The content key of a step is known. */
    void keyed(Vertex vertex, CacheKey key);

    /** A result of a step was found, but it is older than the build wants it. */
    void tooOld(Vertex vertex, Instant made);

    /** A step whose key is known isn't in the cache, and is about to run. */
    void missed(Vertex vertex, FileListing files);

    /** A step ran in these surroundings, with whatever outcome. */
    void ran(Vertex vertex, StepScene scene);

    /**
     * A step has its result.
     *
     * @param content the digest of all that is in its root file system
     * @param layer the DiffID of the layer it put on top; empty for none
     */
    void solved(Vertex vertex, String content, String layer);
}
