package dev.jbuild.solver;

import dev.jbuild.cache.CacheKey;
import dev.jbuild.graph.Op;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.solver.copy.DirectoryStep;
import dev.jbuild.store.LayerStore.StoredLayer;
import dev.jbuild.store.LayerStore.WorkArea;
import java.util.List;
import java.util.Optional;

/**
 * WORKDIR: a directory where there was none. Where there was one the layer is empty, as BuildKit has it, so that the
 * histories of both agree.
 */
final class MkdirStep implements BuildSteps.LayerStep {
    private final Op.Mkdir op;
    private final LayerStack base;
    private final StepTools tools;

    MkdirStep(Op.Mkdir op, List<StepResult> inputs, StepTools tools) {
        this.op = op;
        this.tools = tools;
        this.base = op.hasBase() ? ((StepResult.Root) inputs.get(0)).stack() : LayerStack.EMPTY;
    }

    @Override
    public CacheKey key(Cancellation cancellation) {
        return CacheKey.of("mkdir", 1)
                .add("root", StepResult.Root.contentDigest(base).toString())
                .add("path", op.path())
                .add("owner", op.owner().orElse(""))
                .build();
    }

    @Override
    public Optional<StoredLayer> run(StepEvents events, Cancellation cancellation) throws JbuildException {
        try (WorkArea area = tools.store().layers().workArea()) {
            DirectoryStep.execute(op, new StackTree(base), area.upper());
            return Optional.of(tools.capture(area, base));
        }
    }
}
