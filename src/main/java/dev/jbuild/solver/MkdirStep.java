package dev.jbuild.solver;

import dev.jbuild.cache.CacheKey;
import dev.jbuild.graph.Op;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.store.LayerStore.StoredLayer;
import java.util.List;
import java.util.Optional;

/** WORKDIR. */
final class MkdirStep implements BuildSteps.LayerStep {
    private final Op.Mkdir op;

    MkdirStep(Op.Mkdir op, List<StepResult> inputs, StepTools tools) {
        this.op = op;
    }

    @Override
    public CacheKey key() {
        return CacheKey.of("mkdir", 1).add("path", op.path()).build();
    }

    @Override
    public Optional<StoredLayer> run(StepEvents events, Cancellation cancellation) throws JbuildException {
        throw new UserError("TODO");
    }
}
