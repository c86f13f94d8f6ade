package dev.jbuild.solver;

import dev.jbuild.cache.CacheKey;
import dev.jbuild.graph.Op;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.store.LayerStore.StoredLayer;
import dev.jbuild.store.LayerStore.WorkArea;
import java.util.Optional;

/**
 * The files of a git repository, as a layer upon nothing: so those of a commit that was seen before are there, with their
 * digests, and only what the ref means is asked for.
 */
final class GitStep implements BuildSteps.LayerStep {
    private final Op.Git op;
    private final StepTools tools;

    GitStep(Op.Git op, StepTools tools) throws JbuildException {
        this.op = tools.remotes().used(op);
        this.tools = tools;
    }

    @Override
    public CacheKey key(Cancellation cancellation) throws JbuildException {
        return CacheKey.of("git", 1)
                .add("files", tools.remotes().git().key(op, cancellation))
                .build();
    }

    @Override
    public Optional<StoredLayer> run(StepEvents events, Cancellation cancellation) throws JbuildException {
        try (WorkArea files = tools.store().layers().workArea();
                WorkArea scratch = tools.store().layers().workArea()) {
            tools.remotes().git().checkout(op, files.upper(), scratch.upper(), cancellation);
            return Optional.of(tools.capture(files, LayerStack.EMPTY));
        }
    }
}
