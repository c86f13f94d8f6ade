package dev.jbuild.solver;

import dev.jbuild.builds.FileListing;
import dev.jbuild.builds.StepObserver;
import dev.jbuild.builds.StepScene;
import dev.jbuild.cache.BuildCache;
import dev.jbuild.cache.BuildCache.StepRecord;
import dev.jbuild.cache.CacheKey;
import dev.jbuild.cache.ResultSource;
import dev.jbuild.context.SourceTree;
import dev.jbuild.graph.Op;
import dev.jbuild.graph.Vertex;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.progress.EventSink;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.store.CacheRecords.About;
import dev.jbuild.store.CacheType;
import dev.jbuild.store.LayerStore.StoredLayer;
import dev.jbuild.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Solves the vertices of one build: looks a step's result up by its content key, or makes and records it. */
public final class BuildSteps implements Solver.StepSolver {
    private final BuildCache cache;
    private final KnownResults known;
    private final ResultSource elsewhere;
    private final StepRunners runners;
    private final Images images;
    private final Map<String, SourceTree> contexts;
    private final StepLocks locks;
    private final Runnable workBegins;
    private final EventSink events;
    private final StepObserver observer;
    private final InstantSource clock;

    /**
     * @param elsewhere asked for what the store doesn't know
     * @param oldest results that were made before are not used
     * @param contexts the file trees of the build's contexts by name, the main one by the empty name
     * @param observer hears of keys and results
     * @param workBegins called, more than once, when something isn't found in the cache
     */
    public BuildSteps(
            Store store,
            ResultSource elsewhere,
            Instant oldest,
            StepRunners runners,
            Images images,
            Map<String, SourceTree> contexts,
            Runnable workBegins,
            EventSink events,
            StepObserver observer,
            InstantSource clock) {
        this.cache = new BuildCache(store.records());
        this.known = new KnownResults(store, oldest);
        this.elsewhere = elsewhere;
        this.runners = runners;
        this.images = images;
        this.contexts = Map.copyOf(contexts);
        this.locks = new StepLocks(store.root().resolve("steps.lock"));
        this.workBegins = workBegins;
        this.events = events;
        this.observer = observer;
        this.clock = clock;
    }

    /** Gives the unpacked layers of images. */
    @FunctionalInterface
    public interface Images {
        LayerStack unpack(Op.Image image, Progress progress, Cancellation cancellation) throws JbuildException;
    }

    /** Hears how far a transfer is: an item's name, bytes done, bytes in all (or -1), and whether it ended. */
    @FunctionalInterface
    public interface Progress {
        void transferred(String item, long current, long total, boolean done);
    }

    /** A step that may put a layer upon a root file system. */
    interface LayerStep {
        CacheKey key(Cancellation cancellation) throws JbuildException;

        /** The single files that the key depends on, to say later which of them changed. */
        default FileListing files() {
            return FileListing.NONE;
        }

        /** What surrounded it when it ran, beside what its key says. */
        default StepScene scene() {
            return StepScene.EMPTY;
        }

        /** Whether all that it read when it ran was still what its key says. If not, its result is none of that key. */
        default boolean isAsKeyed() {
            return true;
        }

        /** Makes the layer; absent when there is nothing to be done and so no layer. */
        Optional<StoredLayer> run(StepEvents events, Cancellation cancellation) throws JbuildException;
    }

    @Override
    public StepResult solve(Vertex vertex, List<StepResult> inputs, Cancellation cancellation) throws JbuildException {
        StepResult result = solveVertex(vertex, inputs, cancellation);
        if (result instanceof StepResult.Root root) {
            List<StoredLayer> layers = root.stack().layers();
            String layer = root.madeLayer()
                    ? layers.get(layers.size() - 1).summary().diffId().toString()
                    : "";
            String content = root.stack().isKnown()
                    ? StepResult.Root.contentDigest(root.stack()).toString()
                    : "";
            observer.solved(vertex, content, layer);
        }
        return result;
    }

    private StepResult solveVertex(Vertex vertex, List<StepResult> inputs, Cancellation cancellation)
            throws JbuildException {
        StepEvents told = new StepEvents(vertex, events, clock);
        Op op = vertex.op();
        if (op instanceof Op.Image image) {
            return announced(
                    told,
                    () -> new StepResult.Root(
                            images.unpack(image, progress(told), cancellation),
                            false,
                            Optional.empty(),
                            Optional.empty()));
        }
        if (op instanceof Op.Context context) {
            return announced(told, () -> new StepResult.Files(context(context.name())));
        }
        try {
            if (op instanceof Op.Http http) {
                return announced(told, () -> runners.download(http, told, cancellation));
            }
            LayerStep step = prepared(told, () -> runners.step(vertex, inputs));
            return solveLayer(vertex, step, base(op, inputs), told, cancellation);
        } catch (JbuildException e) {
            throw AtInstruction.of(vertex, e);
        }
    }

    private Progress progress(StepEvents told) {
        return (item, current, total, done) -> {
            workBegins.run();
            told.transfer(item, current, total, done);
        };
    }

    private SourceTree context(String name) throws UserError {
        SourceTree tree = contexts.get(name);
        if (tree == null) {
            throw new UserError("there is no build context named \"" + name + "\"");
        }
        return tree;
    }

    /** What a step works upon. */
    static LayerStack base(Op op, List<StepResult> inputs) {
        return op.hasBase() ? ((StepResult.Root) inputs.get(0)).stack() : LayerStack.EMPTY;
    }

    private StepResult solveLayer(
            Vertex vertex, LayerStep step, LayerStack base, StepEvents told, Cancellation cancellation)
            throws JbuildException {
        Optional<CacheKey> early = Optional.empty();
        if (!vertex.ignoreCache()) {
            CacheKey key = prepared(told, () -> step.key(cancellation));
            observer.keyed(vertex, key);
            Optional<KnownResults.Hit> hit = lookUp(vertex, key);
            if (hit.isPresent()) {
                told.cached(hit.get().cost());
                return hit.get().upon(base, key);
            }
            Optional<ResultSource.Found> found = elsewhere.find(key, base, vertex.name());
            if (found.isPresent() && isFresh(vertex, found.get().created())) {
                told.reused(found.get().source());
                return KnownResults.result(
                        key, base, found.get().layer(), found.get().created());
            }
            early = Optional.of(key);
        }
        workBegins.run();
        return early.isPresent()
                ? takenOrMade(vertex, step, base, early.get(), told, cancellation)
                : made(vertex, step, base, early, told, cancellation);
    }

    /** What is made is taken from whoever makes it right now; should that fail, it is made after all. */
    private StepResult takenOrMade(
            Vertex vertex, LayerStep step, LayerStack base, CacheKey key, StepEvents told, Cancellation cancellation)
            throws JbuildException {
        StepLocks.Turn turn = prepared(told, () -> locks.take(key, told::waiting, cancellation));
        try {
            Optional<KnownResults.Hit> meanwhile = lookUp(vertex, key);
            if (meanwhile.isPresent()) {
                told.cached(meanwhile.get().cost());
                return meanwhile.get().upon(base, key);
            }
            return made(vertex, step, base, Optional.of(key), told, cancellation);
        } finally {
            turn.close();
        }
    }

    private StepResult made(
            Vertex vertex,
            LayerStep step,
            LayerStack base,
            Optional<CacheKey> early,
            StepEvents told,
            Cancellation cancellation)
            throws JbuildException {
        return announced(told, () -> {
            CacheKey key = early.isPresent() ? early.get() : step.key(cancellation);
            if (early.isEmpty()) {
                observer.keyed(vertex, key);
            }
            observer.missed(vertex, step.files());
            Instant began = clock.instant();
            Optional<StoredLayer> layer;
            try {
                layer = step.run(told, cancellation);
            } finally {
                observer.ran(vertex, step.scene());
            }
            cancellation.throwIfCancelled();
            Instant now = clock.instant();
            if (!step.isAsKeyed()) {
                told.say("files were changed while they were copied, so the result is not kept in the cache");
                return KnownResults.unkeyed(base, layer, now);
            }
            About about = new About(CacheType.REGULAR, vertex.name(), Duration.between(began, now));
            cache.record(key, new StepRecord(layer.map(made -> made.summary().diffId()), now), about);
            return KnownResults.result(key, base, layer, now);
        });
    }

    private boolean isFresh(Vertex vertex, Instant made) {
        if (known.isTooOld(made)) {
            observer.tooOld(vertex, made);
            return false;
        }
        return true;
    }

    private Optional<KnownResults.Hit> lookUp(Vertex vertex, CacheKey key) throws JbuildException {
        return known.find(key, made -> observer.tooOld(vertex, made));
    }

    private interface Preparation<T> {
        T make() throws JbuildException;
    }

    /** What comes before it is known whether a step has to run; only a failure of it is told. */
    private static <T> T prepared(StepEvents told, Preparation<T> preparation) throws JbuildException {
        try {
            return preparation.make();
        } catch (JbuildException | RuntimeException e) {
            told.started();
            told.failed(e);
            throw e;
        }
    }

    private interface Work {
        StepResult run() throws JbuildException;
    }

    private static StepResult announced(StepEvents told, Work work) throws JbuildException {
        told.started();
        try {
            StepResult result = work.run();
            told.done();
            return result;
        } catch (JbuildException | RuntimeException | Error e) {
            told.failed(e);
            throw e;
        }
    }
}
