package dev.jbuild.engine;

import dev.jbuild.cache.ResultSource;
import dev.jbuild.cache.remote.BaseLayers;
import dev.jbuild.cache.remote.CacheWriter;
import dev.jbuild.cache.remote.ImportedResults;
import dev.jbuild.cache.remote.IndexBlob;
import dev.jbuild.cache.remote.InlineRecords;
import dev.jbuild.cache.remote.OutsideCaches;
import dev.jbuild.graph.BuildGraph;
import dev.jbuild.graph.BuildPlan;
import dev.jbuild.graph.Op;
import dev.jbuild.graph.Vertex;
import dev.jbuild.image.CacheExport;
import dev.jbuild.image.CacheExporter;
import dev.jbuild.image.CacheExporter.StepExport;
import dev.jbuild.image.ImageLibrary;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.RawJson;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.BuildEvent;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.progress.EventSink;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.solver.StepResult;
import dev.jbuild.store.LayerStore.StoredLayer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The caches outside the store that one build reads and writes. */
final class BuildCaches implements AutoCloseable {
    private final Equipment equipment;
    private final EventSink events;
    private final Cancellation cancellation;
    private final OutsideCaches caches;
    private final ImportedResults imported;
    private final List<Export> exports = new ArrayList<>();

    private record Export(CacheExport export, CacheWriter writer) {}

    private BuildCaches(
            Equipment equipment,
            OutsideCaches caches,
            ImportedResults imported,
            EventSink events,
            Cancellation cancellation) {
        this.equipment = equipment;
        this.caches = caches;
        this.imported = imported;
        this.events = events;
        this.cancellation = cancellation;
    }

    /**
     * Opens those that are to be written; those that are read are opened when they are needed.
     *
     * @throws JbuildException if one can't be written, unless its errors are to be ignored
     */
    static BuildCaches open(CacheSettings settings, Equipment equipment, EventSink events, Cancellation cancellation)
            throws JbuildException {
        OutsideCaches caches = new OutsideCaches(equipment.registries(), cancellation);
        ImportedResults imported = new ImportedResults(
                settings.from(), caches, equipment.store(), events, equipment.clock(), cancellation);
        BuildCaches opened = new BuildCaches(equipment, caches, imported, events, cancellation);
        try {
            for (CacheExport export : settings.to()) {
                opened.tolerating(
                        export,
                        () -> opened.exports.add(new Export(export, caches.writer(export.place(), export.reset()))));
            }
            return opened;
        } catch (JbuildException e) {
            opened.close();
            throw e;
        }
    }

    private interface Work {
        void run() throws JbuildException;
    }

    private void tolerating(CacheExport export, Work work) throws JbuildException {
        try {
            work.run();
        } catch (JbuildException e) {
            cancellation.throwIfCancelled();
            if (!export.ignoreError()) {
                throw e;
            }
            events.accept(new BuildEvent.Notice(
                    "the cache " + export.place().name() + " wasn't written",
                    List.of(e.what()),
                    equipment.clock().instant()));
        }
    }

    /** Where steps are looked for that the store doesn't know. */
    ResultSource results() {
        return imported;
    }

    /** Whether solving failed for the loss of what a cache had promised, and will go another way the next time. */
    boolean lostSome() {
        return imported.lostSome();
    }

    /** Writes the results of a build's steps. */
    void export(BuildPlan plan, Map<Vertex, StepResult> results) throws JbuildException {
        List<StepExport> steps = new ArrayList<>(steps(plan.vertices(), plan.graphs(), results));
        steps.addAll(bases(plan.vertices(), results));
        for (Export each : exports) {
            cancellation.throwIfCancelled();
            tolerating(each.export(), () -> export(each, steps));
        }
    }

    private void export(Export each, List<StepExport> steps) throws JbuildException {
        String vertex = "cache export " + System.identityHashCode(each);
        events.accept(new BuildEvent.VertexStarted(
                vertex, "exporting cache to " + each.export().place().name(), List.of(), now()));
        try {
            new CacheExporter(
                            equipment.store(),
                            (item, current, total, done) -> events.accept(
                                    new BuildEvent.VertexTransfer(vertex, item, current, total, done, now())),
                            cancellation)
                    .export(steps, each.export(), each.writer(), imported.damaged());
            events.accept(new BuildEvent.VertexFinished(vertex, BuildEvent.Outcome.DONE, Optional.empty(), now()));
        } catch (JbuildException e) {
            events.accept(
                    new BuildEvent.VertexFinished(vertex, BuildEvent.Outcome.FAILED, Optional.of(e.what()), now()));
            throw e;
        }
    }

    private Instant now() {
        return equipment.clock().instant();
    }

    /** What the image of one platform is to carry of the results of its steps. */
    static RawJson carried(BuildGraph graph, Map<Vertex, StepResult> results) throws JbuildException {
        List<InlineRecords.Carried> carried = new ArrayList<>();
        for (StepExport step : steps(graph.vertices(), List.of(graph), results)) {
            Optional<StoredLayer> beside = step.layer().filter(layer -> step.extent() != StepExport.Extent.ALWAYS);
            Optional<IndexBlob> index = beside.isPresent()
                    ? Optional.of(
                            IndexBlob.of(beside.get().summary(), beside.get().index()))
                    : Optional.empty();
            carried.add(new InlineRecords.Carried(
                    step.key(), step.created(), step.layer().map(StoredLayer::summary), index));
        }
        return InlineRecords.write(carried);
    }

    private static List<StepExport> steps(
            List<Vertex> vertices, List<BuildGraph> graphs, Map<Vertex, StepResult> results) {
        Set<DiffId> inResult = new HashSet<>();
        for (BuildGraph graph : graphs) {
            inResult.addAll(Build.rootOf(graph, results).diffIds());
        }
        Map<Digest, StepExport> steps = new LinkedHashMap<>();
        for (Vertex vertex : vertices) {
            if (results.get(vertex) instanceof StepResult.Root root
                    && root.key().isPresent()) {
                Optional<StoredLayer> layer = root.madeLayer() ? Optional.of(top(root.stack())) : Optional.empty();
                boolean wanted = layer.isPresent()
                        && inResult.contains(layer.get().summary().diffId());
                Digest key = root.key().get();
                steps.put(
                        key,
                        new StepExport(
                                key,
                                root.created().orElseThrow(),
                                layer,
                                wanted ? StepExport.Extent.ALWAYS : StepExport.Extent.IN_FULL));
            }
        }
        return List.copyOf(steps.values());
    }

    /** What is in the layers of images, for those who don't have them. */
    private static List<StepExport> bases(List<Vertex> vertices, Map<Vertex, StepResult> results) {
        Map<Digest, StepExport> bases = new LinkedHashMap<>();
        for (Vertex vertex : vertices) {
            if (vertex.op() instanceof Op.Image
                    && results.get(vertex) instanceof StepResult.Root root
                    && root.stack().isKnown()) {
                List<DiffId> chain = new ArrayList<>();
                for (StoredLayer layer : root.stack().layers()) {
                    chain.add(layer.diffId());
                    Digest key = BaseLayers.key(chain).digest();
                    bases.put(key, new StepExport(key, Instant.EPOCH, Optional.of(layer), StepExport.Extent.NEVER));
                }
            }
        }
        return List.copyOf(bases.values());
    }

    /** What other caches say of a layer of an image. */
    ImageLibrary.Promises promises(String image) {
        return chain -> imported.baseLayer(BaseLayers.key(chain), image);
    }

    private static StoredLayer top(LayerStack stack) {
        return stack.layers().get(stack.layers().size() - 1);
    }

    @Override
    public void close() {
        imported.close();
        exports.forEach(each -> each.writer().close());
        caches.close();
    }
}
