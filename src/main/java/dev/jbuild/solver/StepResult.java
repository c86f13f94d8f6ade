package dev.jbuild.solver;

import dev.jbuild.context.SourceTree;
import dev.jbuild.oci.Digest;
import dev.jbuild.snapshot.LayerStack;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a vertex gave. */
public sealed interface StepResult {
    /**
     * A root file system.
     *
     * @param madeLayer whether the vertex put a layer on top of what it was given
     * @param key what the result is recorded by; absent for images
     * @param created when the vertex's work was done, by this build or the one that recorded it; absent for images
     */
    record Root(LayerStack stack, boolean madeLayer, Optional<Digest> key, Optional<Instant> created)
            implements StepResult {
        /**
         * The digest of all that is in a stack, times left out: what steps upon it are keyed by. Layers in which there is
         * nothing don't count.
         */
        public static Digest contentDigest(LayerStack stack) {
            String all = stack.layers().stream()
                    .filter(layer -> !layer.summary().isEmpty())
                    .map(layer -> layer.summary().contentDigest().toString())
                    .collect(Collectors.joining("\n"));
            return Digest.sha256(all.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Files from outside the build. */
    record Files(SourceTree tree) implements StepResult {}
}
