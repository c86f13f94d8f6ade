package dev.jbuild.image;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.History;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.oci.MalformedDocument;
import dev.jbuild.oci.Manifest;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.oci.RawJson;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.store.LayerStore.StoredLayer;
import dev.jbuild.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Makes images of images of the store, without a name yet; what they were made of stays as it is. Callers hold a lease until
 * the results have names.
 */
public final class ImageEditor {
    private final Store store;
    private final ImageLibrary library;

    public ImageEditor(Store store, ImageLibrary library) {
        this.store = store;
        this.library = library;
    }

    /**
     * An image with the layers of another one, which aren't looked at.
     *
     * @param config in place of that of the image, with the same layers
     * @param annotations those of the manifest that are other ones
     */
    public LocalImage described(LocalImage image, ImageConfig config, Map<String, String> annotations)
            throws JbuildException {
        Map<String, String> all = new TreeMap<>(image.manifest().annotations());
        all.putAll(annotations);
        return put(image, config, image.manifest().layers(), all);
    }

    /**
     * An image whose layers from a number on are one.
     *
     * @param kept how many stay as they are, from the bottom
     */
    public LocalImage squashed(LocalImage image, int kept, Cancellation cancellation) throws JbuildException {
        LayerStack stack = library.unpack(image, TransferProgress.NONE, cancellation);
        LayerStack squashed = new Squasher(store).squash(stack, kept);
        if (squashed.equals(stack)) {
            return image;
        }
        ImageConfig old = image.config();
        List<Descriptor> layers = new ArrayList<>(image.manifest().layers().subList(0, kept));
        StoredLayer made = squashed.layers().get(kept);
        layers.add(typed(ImageAssembler.plain(made.summary()), image));
        List<History> history = LayerHistory.of(old)
                .map(entries -> Squasher.history(old.history(), entries.until(kept)))
                .orElse(List.of());
        return put(
                image,
                withLayers(old, squashed.diffIds(), history),
                layers,
                image.manifest().annotations());
    }

    /** @throws UserError if the lowest layers of the image aren't those of the other */
    public static int commonLayers(LocalImage image, String name, LocalImage base, String baseName) throws UserError {
        List<DiffId> layers = image.config().diffIds();
        List<DiffId> below = base.config().diffIds();
        for (int i = 0; i < below.size(); i++) {
            if (i >= layers.size() || !layers.get(i).equals(below.get(i))) {
                throw new UserError(
                        name + " is not built upon " + baseName
                                + (i >= layers.size() ? ", which has more layers" : ": layer " + i + " is another one"),
                        "jbuild layers tells the layers of both");
            }
        }
        return below.size();
    }

    static ImageConfig withLayers(ImageConfig config, List<DiffId> layers, List<History> history) {
        return new ImageConfig(config.platform(), config.created(), config.author(), config.config(), layers, history);
    }

    /** A layer's descriptor in the words of the image's manifest. */
    private static Descriptor typed(Descriptor layer, LocalImage image) {
        return isDocker(image)
                ? new Descriptor(LayerTypes.docker(layer.mediaType()), layer.digest(), layer.size())
                : layer;
    }

    private static boolean isDocker(LocalImage image) {
        return image.manifest().mediaType().equals(MediaTypes.DOCKER_MANIFEST);
    }

    private LocalImage put(
            LocalImage origin, ImageConfig config, List<Descriptor> layers, Map<String, String> annotations)
            throws JbuildException {
        // Docker's manifests have no annotations.
        boolean docker = isDocker(origin) && annotations.isEmpty();
        RawJson json = json(origin, config);
        Descriptor descriptor =
                new Descriptor(docker ? MediaTypes.DOCKER_CONFIG : MediaTypes.OCI_CONFIG, json.digest(), json.size());
        List<Descriptor> typed = docker
                ? layers
                : layers.stream()
                        .map(layer -> new Descriptor(LayerTypes.oci(layer.mediaType()), layer.digest(), layer.size()))
                        .toList();
        Manifest manifest = Manifest.of(
                docker ? MediaTypes.DOCKER_MANIFEST : MediaTypes.OCI_MANIFEST, descriptor, typed, annotations);
        store.blobs().put(json.bytes());
        store.blobs().put(manifest.raw().bytes());
        return new LocalImage(manifest.descriptor(), manifest, config, json.digest());
    }

    private RawJson json(LocalImage origin, ImageConfig config) throws JbuildException {
        RawJson before =
                new RawJson(store.blobs().read(origin.manifest().config().digest()));
        try {
            return config.equals(origin.config()) ? before : config.toJson(before);
        } catch (MalformedDocument e) {
            throw new UserError("the configuration of the image is malformed: " + e.getMessage(), e);
        }
    }
}
