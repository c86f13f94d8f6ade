package dev.jbuild.image;

import dev.jbuild.context.DirectoryContext;
import dev.jbuild.context.IgnoreFile;
import dev.jbuild.context.SourceTree;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.History;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.oci.MalformedDocument;
import dev.jbuild.oci.Manifest;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.oci.RawJson;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.snapshot.Apply;
import dev.jbuild.snapshot.Capture;
import dev.jbuild.snapshot.Captured;
import dev.jbuild.snapshot.LayerMetadata;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.snapshot.Squasher;
import dev.jbuild.store.LayerStore.StoredLayer;
import dev.jbuild.store.LayerStore.WorkArea;
import dev.jbuild.store.Store;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Makes images of images of the store, without a name yet; what they were made of stays as it is. Callers hold a lease until
 * the results have names.
 */
public final class ImageEditor {
    private static final String BASE_NAME = "org.opencontainers.image.base.name";
    private static final String BASE_DIGEST = "org.opencontainers.image.base.digest";

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
        layers.add(ImageAssembler.plain(made.summary()));
        List<History> history = LayerHistory.of(old)
                .map(entries -> SquashedHistory.of(old.history(), entries.until(kept)))
                .orElse(List.of());
        return put(
                image,
                withLayers(old, squashed.diffIds(), history),
                layers,
                image.manifest().annotations());
    }

    /**
     * An image with one more layer: what a tar changes in its files.
     *
     * @param tar of any compression, with whiteouts if it removes something
     * @param what for the history
     */
    public LocalImage appended(LocalImage image, InputStream tar, String what, Cancellation cancellation)
            throws JbuildException {
        LayerStack stack = library.unpack(image, TransferProgress.NONE, cancellation);
        try (WorkArea area = store.layers().workArea();
                InputStream plain = store.limits().decompress(tar)) {
            LayerMetadata.prepareUpper(area.upper(), stack.view());
            Apply.apply(plain, area.upper(), stack, store.limits());
            return appended(image, area, stack, what);
        } catch (UserError e) {
            throw new UserError(what + " can't be a layer: " + e.what(), e);
        } catch (IOException e) {
            cancellation.throwIfCancelled();
            throw new UserError(what + " can't be read: " + e.getMessage(), e);
        }
    }

    /**
     * An image with one more layer: the files of a directory. They are root's.
     *
     * @param time of the files
     */
    public LocalImage appended(LocalImage image, Path directory, Instant time, String what, Cancellation cancellation)
            throws JbuildException {
        try (WorkArea area = store.layers().workArea()) {
            Path tar = area.work().resolve("tar");
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(tar))) {
                SourceTree tree = DirectoryContext.open(directory, IgnoreFile.none());
                DirectoryTar.write(tree, time.getEpochSecond(), out, cancellation);
            }
            try (InputStream in = Files.newInputStream(tar)) {
                return appended(image, in, what, cancellation);
            }
        } catch (IOException e) {
            throw new EnvironmentError(what + " can't be read: " + e.getMessage(), e);
        }
    }

    private LocalImage appended(LocalImage image, WorkArea area, LayerStack stack, String what) throws JbuildException {
        Captured captured = Capture.capture(area.upper(), stack.view());
        StoredLayer made = store.layers().commit(area, captured.summary(), captured.index());
        ImageConfig config = image.config();
        List<Descriptor> layers = new ArrayList<>(image.manifest().layers());
        layers.add(ImageAssembler.plain(made.summary()));
        List<DiffId> diffIds = new ArrayList<>(config.diffIds());
        diffIds.add(made.summary().diffId());
        List<History> history = new ArrayList<>(config.history());
        if (LayerHistory.of(config).isPresent()) {
            // As old as the image, so that the same layer makes the same image.
            history.add(new History(config.created(), "jbuild append " + what, "", "", false));
        }
        return put(
                image,
                withLayers(config, diffIds, history),
                layers,
                image.manifest().annotations());
    }

    /**
     * An image whose lowest layers are those of another base. Settings that it has from the old one stay.
     *
     * @param oldBase whose layers are the lowest of the image
     * @param baseName what the new base is called
     */
    public LocalImage rebased(LocalImage image, LocalImage oldBase, LocalImage base, String baseName)
            throws JbuildException {
        ImageConfig config = image.config();
        if (!config.platform().equals(base.config().platform())) {
            throw new UserError(
                    baseName + " is for " + base.config().platform() + ", but the image for " + config.platform(),
                    "give a base for the same platform");
        }
        int old = oldBase.config().diffIds().size();
        List<Descriptor> layers = new ArrayList<>(base.manifest().layers());
        layers.addAll(
                image.manifest().layers().subList(old, image.manifest().layers().size()));
        List<DiffId> diffIds = new ArrayList<>(base.config().diffIds());
        diffIds.addAll(config.diffIds().subList(old, config.diffIds().size()));
        Map<String, String> annotations = new TreeMap<>(image.manifest().annotations());
        annotations.replace(BASE_NAME, baseName);
        annotations.replace(BASE_DIGEST, base.manifest().raw().digest().toString());
        return put(
                image,
                withLayers(config, diffIds, rebased(config, oldBase.config(), base.config())),
                layers,
                annotations);
    }

    private static List<History> rebased(ImageConfig config, ImageConfig oldBase, ImageConfig base) {
        Optional<LayerHistory> own = LayerHistory.of(config);
        if (own.isEmpty() || LayerHistory.of(base).isEmpty()) {
            return List.of();
        }
        List<History> all = config.history();
        List<History> before = oldBase.history();
        boolean begins =
                all.size() >= before.size() && all.subList(0, before.size()).equals(before);
        int moved = begins ? before.size() : own.get().until(oldBase.diffIds().size());
        List<History> history = new ArrayList<>(base.history());
        history.addAll(all.subList(moved, all.size()));
        return history;
    }

    /** What an image says of the base that it was built upon: a name with a digest, or either; nothing if it doesn't. */
    public static Optional<String> baseOf(LocalImage image) {
        Map<String, String> annotations = image.manifest().annotations();
        Optional<String> name = Optional.ofNullable(annotations.get(BASE_NAME));
        Optional<String> digest = Optional.ofNullable(annotations.get(BASE_DIGEST));
        return name.isPresent() && digest.isPresent() && !name.get().contains("@")
                ? Optional.of(name.get() + "@" + digest.get())
                : name.or(() -> digest);
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
        List<Descriptor> typed = layers.stream()
                .map(layer -> new Descriptor(
                        docker ? LayerTypes.docker(layer.mediaType()) : LayerTypes.oci(layer.mediaType()),
                        layer.digest(),
                        layer.size()))
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
