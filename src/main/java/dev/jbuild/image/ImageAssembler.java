package dev.jbuild.image;

import dev.jbuild.cache.remote.InlineRecords;
import dev.jbuild.graph.BuildGraph;
import dev.jbuild.graph.Op;
import dev.jbuild.graph.Vertex;
import dev.jbuild.layer.LayerSummary;
import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.History;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.oci.MalformedDocument;
import dev.jbuild.oci.Manifest;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.oci.RawJson;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.snapshot.Squasher;
import dev.jbuild.store.LayerStore.StoredLayer;
import dev.jbuild.store.Store;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes the configuration and the manifest of what a build gave, in the store. */
public final class ImageAssembler {
    private final Store store;

    public ImageAssembler(Store store) {
        this.store = store;
    }

    /**
     * What became of one step of the history.
     *
     * @param madeLayer whether the step's result has a layer of its own
     * @param created when the step's result was made, by the build that made it; absent for steps that ran nothing
     */
    public record StepOutcome(boolean madeLayer, Optional<Instant> created) {
        /** A step that changed only the configuration. */
        public static final StepOutcome METADATA = new StepOutcome(false, Optional.empty());
    }

    /**
     * Puts configuration and manifest into the store, without a name yet.
     *
     * @param root the layers of the result, those of the base first
     * @param cache what the configuration carries of the steps' results, for other builds
     * @param steps one for each of {@code graph.history()}
     */
    public BuiltImage assemble(
            BuildGraph graph, LayerStack root, List<StepOutcome> steps, Finish finish, Optional<RawJson> cache)
            throws JbuildException {
        List<History> history = history(graph, steps);
        int ofBase = graph.base().history().size();
        int baseLayers = commonLayers(graph.base(), root.diffIds());
        LayerStack layers = root;
        if (finish.squashing() != Finish.Squashing.NONE) {
            boolean all = finish.squashing() == Finish.Squashing.ALL;
            baseLayers = all ? 0 : baseLayers;
            layers = new Squasher(store).squash(root, baseLayers);
            if (!layers.equals(root)) {
                history = SquashedHistory.of(history, all ? 0 : ofBase);
                ofBase = all ? 0 : ofBase;
            }
        }
        Optional<Instant> created = created(graph, history);
        if (graph.epoch().isPresent()) {
            history = ImageConversion.clamped(history, ofBase, graph.epoch().get());
            created = ImageConversion.notAfter(created, graph.epoch().get());
        }
        ImageConfig config = new ImageConfig(
                graph.platform(),
                created,
                graph.author(),
                trimmed(graph.config(), finish),
                layers.diffIds(),
                finish.omitHistory() ? List.of() : history);
        LocalImage image = put(config, json(config, cache), layers(graph, layers), Map.of());
        return new BuiltImage(
                graph.requested(), image, baseLayers, finish.omitHistory() ? 0 : ofBase, graph.epoch(), Map.of());
    }

    private static ContainerConfig trimmed(ContainerConfig config, Finish finish) {
        ContainerConfig.Builder builder = config.toBuilder();
        finish.unsetEnv().forEach(builder::withoutEnv);
        finish.unsetLabels().forEach(builder::withoutLabel);
        return builder.build();
    }

    private static int commonLayers(ImageConfig base, List<DiffId> layers) {
        int common = 0;
        while (common < base.diffIds().size()
                && common < layers.size()
                && base.diffIds().get(common).equals(layers.get(common))) {
            common++;
        }
        return common;
    }

    /** Puts an image's documents into the store. */
    LocalImage put(ImageConfig config, List<Descriptor> layers, Map<String, String> annotations)
            throws JbuildException {
        return put(config, config.toJson(), layers, annotations);
    }

    private static RawJson json(ImageConfig config, Optional<RawJson> cache) {
        try {
            return cache.isPresent() ? config.toJson(InlineRecords.MEMBER, cache.get()) : config.toJson();
        } catch (MalformedDocument e) {
            throw new AssertionError("what was just written can't be read", e);
        }
    }

    private LocalImage put(ImageConfig config, RawJson json, List<Descriptor> layers, Map<String, String> annotations)
            throws JbuildException {
        Descriptor configDescriptor = new Descriptor(MediaTypes.OCI_CONFIG, json.digest(), json.size());
        Manifest manifest = Manifest.of(MediaTypes.OCI_MANIFEST, configDescriptor, layers, annotations);
        store.blobs().put(json.bytes());
        store.blobs().put(manifest.raw().bytes());
        return new LocalImage(manifest.descriptor(), manifest, config, json.digest());
    }

    /**
     * Steps that made no layer get the time of the layer below them; those above the base image, of the first new layer,
     * for else they would be as old as the base.
     */
    private static List<History> history(BuildGraph graph, List<StepOutcome> steps) {
        if (steps.size() != graph.history().size()) {
            throw new IllegalArgumentException(
                    steps.size() + " outcomes of " + graph.history().size() + " steps");
        }
        List<History> history = new ArrayList<>(graph.base().history());
        for (int i = 0; i < steps.size(); i++) {
            History entry = graph.history().get(i).entry();
            StepOutcome outcome = steps.get(i);
            Optional<Instant> made = outcome.madeLayer() ? outcome.created() : Optional.empty();
            history.add(new History(
                    entry.created().or(() -> made),
                    entry.createdBy(),
                    entry.comment(),
                    entry.author(),
                    !outcome.madeLayer()));
        }
        return withTimes(history);
    }

    private static List<History> withTimes(List<History> history) {
        Optional<Instant> last = firstNewTime(history);
        boolean missing = false;
        List<History> timed = new ArrayList<>();
        for (History entry : history) {
            if (entry.created().isEmpty()) {
                missing = true;
            } else if (missing) {
                last = entry.created();
            }
            timed.add(new History(
                    entry.created().isPresent() ? entry.created() : last,
                    entry.createdBy(),
                    entry.comment(),
                    entry.author(),
                    entry.emptyLayer()));
        }
        return timed;
    }

    /** The first time after an entry without one; or else the last there is. */
    private static Optional<Instant> firstNewTime(List<History> history) {
        Optional<Instant> time = Optional.empty();
        boolean missing = false;
        for (History entry : history) {
            if (entry.created().isEmpty()) {
                missing = true;
            } else {
                time = entry.created();
                if (missing) {
                    return time;
                }
            }
        }
        return time;
    }

    /** The time of the last step. */
    private static Optional<Instant> created(BuildGraph graph, List<History> history) {
        Optional<Instant> last = history.isEmpty()
                ? Optional.empty()
                : history.get(history.size() - 1).created();
        return last.or(graph.base()::created);
    }

    /** Layers of base images keep their blobs, so that a registry that has them needs nothing. */
    private List<Descriptor> layers(BuildGraph graph, LayerStack root) throws JbuildException {
        Map<DiffId, Descriptor> known = new HashMap<>();
        Documents documents = new Documents(store.blobs());
        for (Vertex vertex : graph.vertices()) {
            if (vertex.op() instanceof Op.Image image && store.blobs().has(image.manifest())) {
                Manifest manifest = documents.manifest(new Descriptor(MediaTypes.OCI_MANIFEST, image.manifest(), 0));
                addLayers(manifest, documents.config(manifest), known);
            }
        }
        List<Descriptor> layers = new ArrayList<>();
        for (StoredLayer layer : root.layers()) {
            Descriptor blob = known.get(layer.diffId());
            layers.add(blob != null ? blob : plain(layer.summary()));
        }
        return layers;
    }

    private static void addLayers(Manifest manifest, ImageConfig config, Map<DiffId, Descriptor> known) {
        for (int i = 0; i < config.diffIds().size(); i++) {
            Descriptor layer = manifest.layers().get(i);
            known.putIfAbsent(
                    config.diffIds().get(i),
                    new Descriptor(LayerTypes.oci(layer.mediaType()), layer.digest(), layer.size()));
        }
    }

    static Descriptor plain(LayerSummary layer) {
        return new Descriptor(MediaTypes.OCI_LAYER, layer.diffId().digest(), layer.tarSize());
    }
}
