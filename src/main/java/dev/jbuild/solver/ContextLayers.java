package dev.jbuild.solver;

import dev.jbuild.cache.BuildCache;
import dev.jbuild.cache.CacheKey;
import dev.jbuild.context.SourceTree;
import dev.jbuild.graph.Op;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.solver.copy.Copied;
import dev.jbuild.solver.copy.CopyStep;
import dev.jbuild.store.CacheRecords.About;
import dev.jbuild.store.CacheType;
import dev.jbuild.store.LayerStore.StoredLayer;
import dev.jbuild.store.LayerStore.WorkArea;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Build contexts as layers, for mounts: a process must see what the ignore rules leave of a context, and must not be
 * able to change the user's files, so what it is shown is a copy.
 */
final class ContextLayers {
    private final StepTools tools;
    private final BuildCache cache;

    ContextLayers(StepTools tools) {
        this.tools = tools;
        this.cache = new BuildCache(tools.store().records());
    }

    /**
     * A stack that holds a file or directory of the tree, at the path it has there.
     *
     * @param changed called if the files were changed while they were copied
     */
    LayerStack of(SourceTree tree, String source, Runnable changed, Cancellation cancellation) throws JbuildException {
        CopyStep copy = CopyStep.select(operation(source, true), new StackTree(LayerStack.EMPTY), List.of(tree));
        CacheKey key = CacheKey.of("context", 1)
                .add("source", source)
                .add("files", copy.digest().toString())
                .build();
        Optional<BuildCache.StepRecord> known = cache.find(key);
        if (known.isPresent() && known.get().layer().isPresent()) {
            Optional<StoredLayer> layer =
                    tools.store().layers().find(known.get().layer().get());
            if (layer.isPresent()) {
                return LayerStack.EMPTY.plus(layer.get());
            }
        }
        Instant began = Instant.now();
        try (WorkArea area = tools.store().layers().workArea()) {
            Copied copied = copy.execute(area.upper(), tools.store().limits(), cancellation);
            StoredLayer layer = tools.capture(area, LayerStack.EMPTY);
            if (!copied.isIn(layer.index(), LayerStack.EMPTY.view())) {
                changed.run();
                return LayerStack.EMPTY.plus(layer);
            }
            String what = "context for a mount: " + (source.isEmpty() ? "/" : source);
            cache.record(
                    key,
                    new BuildCache.StepRecord(Optional.of(layer.summary().diffId()), Instant.EPOCH),
                    new About(CacheType.SOURCE_LOCAL, what, Duration.between(began, Instant.now())));
            return LayerStack.EMPTY.plus(layer);
        }
    }

    /** Copies what is in a directory of the tree into a directory of the host. */
    void copyTo(SourceTree tree, String source, Path directory, Cancellation cancellation) throws JbuildException {
        CopyStep.select(operation(source, false), new StackTree(LayerStack.EMPTY), List.of(tree))
                .execute(directory, tools.store().limits(), cancellation);
    }

    private static Op.Copy operation(String source, boolean parents) {
        return new Op.Copy(
                false,
                List.of(new Op.Source(0, source, true, false)),
                List.of(),
                "/",
                Optional.empty(),
                Optional.empty(),
                true,
                parents,
                List.of(),
                false);
    }
}
