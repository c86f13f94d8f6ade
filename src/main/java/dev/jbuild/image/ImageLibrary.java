package dev.jbuild.image;

import dev.jbuild.image.LayerFetcher.ImageLayer;
import dev.jbuild.image.LayerFetcher.Remote;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.StoreCorrupted;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.registry.Registries;
import dev.jbuild.registry.RegistryClient;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.store.ImageNames.NamedImage;
import dev.jbuild.store.LayerStore.StoredLayer;
import dev.jbuild.store.Lease;
import dev.jbuild.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The images of a store, and how more of them come from registries. Safe for use by many threads. */
@SuppressWarnings("try") // leases and registrations are held, not used
public final class ImageLibrary {
    private final Store store;
    private final RegistryTalks talks;
    private final LazyLayers lazy;
    private final Documents documents;
    private final Names names;
    /** Where images came from whose layers may still be missing, by manifest. */
    private final Map<Digest, ImageReference> resolved = new ConcurrentHashMap<>();

    public ImageLibrary(Store store, Registries registries) {
        this.store = store;
        this.talks = new RegistryTalks(registries);
        this.lazy = new LazyLayers(store, talks);
        this.documents = new Documents(store.blobs());
        this.names = new Names(store);
    }

    /** Looks an image up by name, ID or the beginning of an ID (with or without {@code sha256:}). */
    public Optional<LocalImage> find(String nameOrId, Platform platform) throws JbuildException {
        Optional<NamedImage> entry = names.find(nameOrId);
        return entry.isPresent() ? documents.image(entry.get().target(), platform) : byManifest(nameOrId);
    }

    /** An image that has no name of its own but is in the store, as when it was named by its digest. */
    private Optional<LocalImage> byManifest(String name) throws JbuildException {
        Optional<ImageReference> reference = Names.parse(name);
        Optional<Digest> digest = reference.flatMap(ImageReference::digest);
        return digest.isPresent()
                        && store.blobs().has(digest.get())
                        && !names.areOfOthers(digest.get(), reference.get())
                ? documents.anyImage(describe(digest.get()))
                : Optional.empty();
    }

    private Descriptor describe(Digest document) throws JbuildException {
        return Documents.describe(store.blobs().read(document), "");
    }

    /**
     * As {@link #find}.
     *
     * @throws UserError if there is no such image
     */
    public LocalImage get(String nameOrId, Platform platform) throws JbuildException {
        Optional<LocalImage> image = find(nameOrId, platform);
        if (image.isPresent()) {
            return image.get();
        }
        Optional<NamedImage> entry = names.find(nameOrId);
        if (entry.isPresent()) {
            throw new UserError(
                    "image " + nameOrId + " is here, but not for " + platform,
                    "pull it with: jbuild pull --platform " + platform + " " + nameOrId);
        }
        throw new UserError("no such image: " + nameOrId, "see: jbuild images");
    }

    /** The image with this manifest, which must be in the store. */
    public LocalImage read(Digest manifest) throws JbuildException {
        return documents
                .anyImage(describe(manifest))
                .orElseThrow(() -> new StoreCorrupted("image " + manifest + " isn't whole in the store"));
    }

    /** All images, named ones first, in order of name. */
    public List<ListedImage> list() throws JbuildException {
        List<ListedImage> named = new ArrayList<>();
        List<ListedImage> unnamed = new ArrayList<>();
        for (NamedImage entry : store.names().list()) {
            Optional<LocalImage> found = documents.anyImage(entry.target());
            if (found.isPresent()) {
                LocalImage image = found.get();
                Optional<ImageReference> name = Names.isId(entry.name()) ? Optional.empty() : Names.parse(entry.name());
                ListedImage line = new ListedImage(
                        name,
                        image.id(),
                        image.manifest().raw().digest(),
                        image.config().created(),
                        size(image));
                (name.isPresent() ? named : unnamed).add(line);
            }
        }
        named.addAll(unnamed);
        return named;
    }

    private long size(LocalImage image) throws JbuildException {
        long size = 0;
        for (ImageLayer layer : LayerFetcher.layers(image)) {
            Optional<StoredLayer> stored = store.layers().find(layer.diffId());
            size += stored.isPresent()
                    ? stored.get().summary().tarSize()
                    : layer.blob().size();
        }
        return size;
    }

    /** Gives an image that is there one more name. */
    public void tag(String source, ImageReference name) throws JbuildException {
        NamedImage entry =
                names.find(source).orElseThrow(() -> new UserError("no such image: " + source, "see: jbuild images"));
        names.set(name, entry.target());
    }

    /** Gives an image its names, or keeps it under its ID when there is none, durably. */
    public void name(LocalImage image, List<ImageReference> references) throws JbuildException {
        if (references.isEmpty()) {
            names.setUnnamed(image.id(), image.target());
        }
        for (ImageReference reference : references) {
            names.set(reference, image.target());
        }
    }

    /** Takes a name away; or all names of an image given by its ID, with {@code force} when there are several. */
    public Removed remove(String nameOrId, boolean force) throws JbuildException {
        return names.remove(nameOrId, force);
    }

    /**
     * An image by reference: the store's, else the registry's, of which then the manifest and configuration are in the
     * store and the layers follow with {@link #unpack}.
     *
     * @param alwaysPull ask the registry first, whatever the store has
     */
    public LocalImage resolve(
            ImageReference reference,
            Platform platform,
            boolean alwaysPull,
            TransferProgress progress,
            Cancellation cancellation)
            throws JbuildException {
        if (!alwaysPull) {
            Optional<LocalImage> local = find(reference.toString(), platform);
            if (local.isPresent()) {
                return local.get();
            }
        }
        return talks.with(reference, cancellation, client -> resolve(client, reference, platform));
    }

    private LocalImage resolve(RegistryClient client, ImageReference reference, Platform platform)
            throws JbuildException {
        LocalImage image = new Puller(store, client, reference, platform).documents();
        resolved.put(image.manifest().raw().digest(), reference);
        return image;
    }

    /** Gets an image with all its layers' blobs from its registry and names it. */
    public LocalImage pull(
            ImageReference reference, Platform platform, TransferProgress progress, Cancellation cancellation)
            throws JbuildException {
        try (Lease lease = store.lease()) {
            return talks.with(reference, cancellation, client -> {
                LocalImage image = resolve(client, reference, platform);
                fetcher(client, reference, progress, cancellation)
                        .fetchAll(LayerFetcher.distinct(image), client::close);
                names.set(reference, image.target());
                return image;
            });
        }
    }

    private LayerFetcher fetcher(
            RegistryClient client, ImageReference reference, TransferProgress progress, Cancellation cancellation) {
        return new LayerFetcher(store, Optional.of(new Remote(client, reference)), progress, cancellation);
    }

    /** Makes every layer of an image present as a directory, fetching what is missing. */
    public LayerStack unpack(LocalImage image, TransferProgress progress, Cancellation cancellation)
            throws JbuildException {
        return present(
                image,
                origin -> unpackFrom(origin, image, progress, cancellation),
                () -> local(progress, cancellation).unpackAll(image, () -> {}),
                progress,
                cancellation);
    }

    /**
     * The layers of an image. Their blobs are fetched if they are missing, but what isn't unpacked stays so until somebody needs
     * its files.
     */
    public LayerStack packed(LocalImage image, TransferProgress progress, Cancellation cancellation)
            throws JbuildException {
        LayerReading reading = new LayerReading(store, cancellation);
        LayerFetcher fetcher = local(progress, cancellation);
        return present(
                image,
                origin -> {
                    fetchFrom(origin, image, progress, cancellation);
                    return reading.packed(image, fetcher);
                },
                () -> lazy.isHere(image) ? reading.packed(image, fetcher) : fetcher.unpackAll(image, () -> {}),
                progress,
                cancellation);
    }

    /** Gets the layers of an image that is in a registry. */
    private interface Fetching {
        LayerStack from(ImageReference origin) throws JbuildException;
    }

    /** Makes layers of what the store has. */
    private interface Making {
        LayerStack stack() throws JbuildException;
    }

    /** An image that was but resolved gets its name when its layers are there. */
    private LayerStack present(
            LocalImage image, Fetching fetching, Making making, TransferProgress progress, Cancellation cancellation)
            throws JbuildException {
        Optional<LayerStack> there = unpacked(image);
        Digest manifest = image.manifest().raw().digest();
        Optional<ImageReference> origin = Optional.ofNullable(resolved.get(manifest));
        if (there.isPresent() && origin.isEmpty()) {
            return there.get();
        }
        try (Lease lease = store.lease()) {
            if (origin.isEmpty()) {
                complete(image, progress, cancellation);
                return making.stack();
            }
            LayerStack stack = fetching.from(origin.get());
            names.set(origin.get(), image.target());
            resolved.remove(manifest);
            return stack;
        }
    }

    /**
     * The layers of an image into which nobody is to look. What the store lacks of an image that was but resolved stays where it
     * is, which the store notes: {@link #complete} gets it when somebody wants it.
     */
    public LayerStack deferred(LocalImage image) throws JbuildException {
        Digest manifest = image.manifest().raw().digest();
        Optional<ImageReference> origin = Optional.ofNullable(resolved.get(manifest));
        if (origin.isPresent()) {
            try (Lease lease = store.lease()) {
                lazy.leave(image, origin.get());
                names.set(origin.get(), image.target());
                resolved.remove(manifest);
            }
        }
        return lazy.unread(image);
    }

    /** Says what is in a layer that the store doesn't have. */
    @FunctionalInterface
    public interface Promises {
        /**
         * What is promised; fetching it tells whether that is kept, once the layer is in the store.
         *
         * @param chain the DiffIDs of the layers below and its own
         */
        Optional<StoredLayer> of(List<DiffId> chain) throws JbuildException;
    }

    /**
     * The layers of an image of which the store lacks some, and others know what is in these: each is got when somebody needs its
     * files. Nothing if the store lacks none, or of one of them nothing is known.
     */
    public Optional<LayerStack> promised(
            LocalImage image, Promises promises, TransferProgress progress, Cancellation cancellation)
            throws JbuildException {
        Optional<LayerStack> stack = lazy.promised(image, promises, progress, cancellation);
        if (stack.isPresent()) {
            deferred(image);
        }
        return stack;
    }

    /** As {@link #complete}, of all platforms of an index that are here. */
    public void completeAll(LocalImage image, TransferProgress progress, Cancellation cancellation)
            throws JbuildException {
        for (LocalImage each : documents.allImages(image.target())) {
            complete(each, progress, cancellation);
        }
    }

    /** Gets what the store lacks of an image's layers from where builds left it. */
    void complete(LocalImage image, TransferProgress progress, Cancellation cancellation) throws JbuildException {
        lazy.complete(LayerFetcher.distinct(image), progress, cancellation);
    }

    /** As {@link #packed}; nothing if a layer would have to be fetched or read for that. */
    public Optional<LayerStack> knownPacked(LocalImage image, Cancellation cancellation) throws JbuildException {
        return new LayerReading(store, cancellation).knownPacked(image, local(TransferProgress.NONE, cancellation));
    }

    private LayerFetcher local(TransferProgress progress, Cancellation cancellation) {
        return new LayerFetcher(store, Optional.empty(), progress, cancellation);
    }

    private void fetchFrom(
            ImageReference origin, LocalImage image, TransferProgress progress, Cancellation cancellation)
            throws JbuildException {
        talks.with(origin, cancellation, client -> {
            fetcher(client, origin, progress, cancellation).fetchAll(LayerFetcher.distinct(image), client::close);
            return image;
        });
    }

    /** The layers of an image, if all are present as directories. */
    private Optional<LayerStack> unpacked(LocalImage image) throws JbuildException {
        List<StoredLayer> layers = new ArrayList<>();
        for (ImageLayer layer : LayerFetcher.layers(image)) {
            Optional<StoredLayer> stored = store.layers().find(layer.diffId());
            if (stored.isEmpty()) {
                return Optional.empty();
            }
            layers.add(stored.get());
        }
        return Optional.of(new LayerStack(layers));
    }

    private LayerStack unpackFrom(
            ImageReference origin, LocalImage image, TransferProgress progress, Cancellation cancellation)
            throws JbuildException {
        return talks.with(origin, cancellation, client -> {
            LayerFetcher fetcher = fetcher(client, origin, progress, cancellation);
            LayerStack stack = fetcher.unpackAll(image, client::close);
            // A directory that was there already says nothing of the blob, which a later push wants.
            fetcher.fetchAll(LayerFetcher.distinct(image), client::close);
            return stack;
        });
    }

    /** Pushes an image. Returns the manifest that the registry has now; its layers may be compressed by the way. */
    public Descriptor push(
            LocalImage image, ImageReference destination, TransferProgress progress, Cancellation cancellation)
            throws JbuildException {
        return push(image, destination, false, progress, cancellation);
    }

    /**
     * As {@link #push(LocalImage, ImageReference, TransferProgress, Cancellation)}.
     *
     * @param keepPlain whether layers that aren't compressed are pushed so
     */
    Descriptor push(
            LocalImage image,
            ImageReference destination,
            boolean keepPlain,
            TransferProgress progress,
            Cancellation cancellation)
            throws JbuildException {
        try (Lease lease = store.lease()) {
            return talks.with(
                    destination,
                    cancellation,
                    client -> new Pusher(
                                    store,
                                    client,
                                    destination,
                                    keepPlain,
                                    names,
                                    layers -> lazy.complete(layers, TransferProgress.NONE, cancellation),
                                    progress,
                                    cancellation)
                            .push(image));
        }
    }

    /** The bytes of layers. */
    public LayerBlobs layers() {
        return new LayerBlobs(store);
    }
}
