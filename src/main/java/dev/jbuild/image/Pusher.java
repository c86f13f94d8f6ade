package dev.jbuild.image;

import dev.jbuild.image.LayerFetcher.ImageLayer;
import dev.jbuild.layer.Compression;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageIndex;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Manifest;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.StoreCorrupted;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.registry.RegistryClient;
import dev.jbuild.store.ImageNames.NamedImage;
import dev.jbuild.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;

/** Brings one image, or all images of an index, to a repository. */
final class Pusher {
    private final Store store;
    private final RegistryClient client;
    private final ImageReference destination;
    private final boolean keepPlain;
    private final Names names;
    private final Completion completion;
    private final TransferProgress progress;
    private final Cancellation cancellation;
    private final Documents documents;
    private final LayerForms forms;
    private final Map<Digest, String> mountable = new ConcurrentHashMap<>();

    /** Gets layers that the store lacks from where builds left them. */
    @FunctionalInterface
    interface Completion {
        void complete(List<ImageLayer> layers) throws JbuildException;
    }

    Pusher(
            Store store,
            RegistryClient client,
            ImageReference destination,
            boolean keepPlain,
            Names names,
            Completion completion,
            TransferProgress progress,
            Cancellation cancellation) {
        this.store = store;
        this.client = client;
        this.destination = destination;
        this.keepPlain = keepPlain;
        this.names = names;
        this.completion = completion;
        this.progress = progress;
        this.cancellation = cancellation;
        this.documents = new Documents(store.blobs());
        this.forms = new LayerForms(store);
    }

    /** Something to push: a blob, and the DiffID if it is a layer. */
    private record Item(Descriptor blob, Optional<DiffId> diffId) {}

    Descriptor push(LocalImage image) throws JbuildException {
        findMountable();
        if (Documents.isIndex(image.target()) && isWhole(image.target())) {
            return pushIndex(image.target());
        }
        return pushManifest(image.manifest(), image.config().diffIds(), destination);
    }

    private boolean isWhole(Descriptor index) throws JbuildException {
        for (Descriptor manifest : documents.index(index).manifests()) {
            if (!store.blobs().has(manifest.digest()) || Documents.isIndex(manifest)) {
                return false;
            }
        }
        return true;
    }

    private Descriptor pushIndex(Descriptor target) throws JbuildException {
        ImageIndex index = documents.index(target);
        List<Descriptor> pushed = new ArrayList<>();
        for (Descriptor child : index.manifests()) {
            Manifest manifest = documents.manifest(child);
            List<DiffId> diffIds = Documents.isImageConfig(manifest.config())
                    ? documents.config(manifest).diffIds()
                    : List.of();
            ImageReference byDigest =
                    new ImageReference(destination.domain(), destination.path(), Optional.empty(), Optional.empty());
            Descriptor done = pushManifest(manifest, diffIds, byDigest);
            pushed.add(new Descriptor(
                    child.mediaType(), done.digest(), done.size(), child.annotations(), child.platform()));
        }
        ImageIndex result = pushed.equals(index.manifests())
                ? index
                : ImageIndex.of(index.mediaType(), pushed, index.annotations());
        client.pushManifest(destination, result.mediaType(), result.raw().bytes());
        return result.descriptor();
    }

    private Descriptor pushManifest(Manifest manifest, List<DiffId> diffIds, ImageReference reference)
            throws JbuildException {
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < manifest.layers().size(); i++) {
            Optional<DiffId> diffId = diffIds.isEmpty() ? Optional.empty() : Optional.of(diffIds.get(i));
            items.add(new Item(manifest.layers().get(i), diffId));
        }
        List<Item> distinct = items.stream().distinct().toList();
        List<Descriptor> done = Parallel.map(distinct, Transfers.THREADS, cancellation, client::close, this::pushLayer);
        pushBlob(manifest.config(), Optional.empty());
        List<Descriptor> pushed =
                items.stream().map(item -> done.get(distinct.indexOf(item))).toList();
        Manifest result = pushed.equals(manifest.layers())
                ? manifest
                : Manifest.of(manifest.mediaType(), manifest.config(), pushed, manifest.annotations());
        client.pushManifest(reference, result.mediaType(), result.raw().bytes());
        return result.descriptor();
    }

    /** What the layer is called in the registry: gzip, if it may be, is what every registry and engine takes. */
    private Descriptor pushLayer(Item layer) throws JbuildException {
        Descriptor blob = layer.blob();
        boolean plain = Compression.ofLayerType(blob.mediaType()).equals(Optional.of(Compression.NONE));
        if (plain && layer.diffId().isPresent()) {
            completion.complete(List.of(new ImageLayer(blob, layer.diffId().get())));
            if (keepPlain) {
                forms.store(blob, layer.diffId().get());
            } else {
                blob = forms.compressed(blob, layer.diffId().get(), Compression.GZIP, OptionalInt.empty());
            }
        }
        pushBlob(blob, layer.diffId());
        return blob;
    }

    /** A layer that was left in a registry goes to the same one without coming here. */
    private void pushBlob(Descriptor blob, Optional<DiffId> diffId) throws JbuildException {
        cancellation.throwIfCancelled();
        String from = mountable.getOrDefault(blob.digest(), origin(blob));
        boolean there = client.hasBlob(blob) || (!from.isEmpty() && client.mountBlob(blob, from));
        if (!there) {
            if (diffId.isPresent()) {
                completion.complete(List.of(new ImageLayer(blob, diffId.get())));
            }
            if (!store.blobs().has(blob.digest())) {
                throw new StoreCorrupted(
                        "blob " + blob.digest() + " isn't in the store", "pull or build the image again");
            }
            client.pushBlob(blob, () -> open(blob));
        }
        progress.update(blob.digest().toString(), blob.size(), blob.size(), true);
    }

    /** The other repository of the same registry that a blob was left in; empty if there is none. */
    private String origin(Descriptor blob) throws JbuildException {
        return store.origins()
                .find(blob.digest())
                .flatMap(Names::parse)
                .filter(left -> left.domain().equals(destination.domain()))
                .map(ImageReference::path)
                .orElse("");
    }

    private InputStream open(Descriptor blob) throws IOException {
        InputStream content;
        try {
            content = store.blobs().open(blob.digest());
        } catch (JbuildException e) {
            throw new IOException(e.getMessage(), e);
        }
        return new CountingInput(
                content,
                OutputStream.nullOutputStream(),
                blob.digest().toString(),
                blob.size(),
                progress,
                cancellation);
    }

    /** Blobs that other repositories of the same registry are known to have, because images came from there. */
    private void findMountable() throws JbuildException {
        for (NamedImage entry : names.ofDomain(destination.domain())) {
            Optional<ImageReference> reference = Names.parse(entry.name());
            if (reference.isEmpty() || reference.get().path().equals(destination.path())) {
                continue;
            }
            Optional<LocalImage> image = documents.anyImage(entry.target());
            if (image.isPresent()) {
                for (Descriptor layer : image.get().manifest().layers()) {
                    mountable.putIfAbsent(layer.digest(), reference.get().path());
                }
            }
        }
    }
}
