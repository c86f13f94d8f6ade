package dev.jbuild.image;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.RemoteError;
import dev.jbuild.problem.StoreCorrupted;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.registry.RegistryClient;
import dev.jbuild.snapshot.LayerDirectories;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.store.BlobStore;
import dev.jbuild.store.LayerStore.StoredLayer;
import dev.jbuild.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gets the layers of one image: from a registry into the blob store, and from there into directories. */
final class LayerFetcher {
    private final Store store;
    private final Optional<Remote> remote;
    private final TransferProgress progress;
    private final Cancellation cancellation;

    /** Where missing blobs are. */
    record Remote(RegistryClient client, ImageReference reference) {}

    LayerFetcher(Store store, Optional<Remote> remote, TransferProgress progress, Cancellation cancellation) {
        this.store = store;
        this.remote = remote;
        this.progress = progress;
        this.cancellation = cancellation;
    }

    /** A layer as its manifest and its configuration name it. */
    record ImageLayer(Descriptor blob, DiffId diffId) {}

    /** The layers of an image, bottom first. */
    static List<ImageLayer> layers(LocalImage image) {
        List<ImageLayer> layers = new ArrayList<>();
        for (int i = 0; i < image.manifest().layers().size(); i++) {
            layers.add(new ImageLayer(
                    image.manifest().layers().get(i), image.config().diffIds().get(i)));
        }
        return layers;
    }

    static List<ImageLayer> distinct(LocalImage image) {
        return layers(image).stream().distinct().toList();
    }

    /** All layers at once; then, in order, those that could not be made without the ones below them. */
    LayerStack unpackAll(LocalImage image, Runnable abort) throws JbuildException {
        List<ImageLayer> layers = layers(image);
        Parallel.map(distinct(image), Transfers.THREADS, cancellation, abort, layer -> {
            boolean lowest = layer.equals(layers.get(0));
            return unpack(layer, lowest ? Optional.of(LayerStack.EMPTY) : Optional.empty());
        });
        LayerStack stack = LayerStack.EMPTY;
        for (ImageLayer layer : layers) {
            cancellation.throwIfCancelled();
            stack = stack.plus(unpack(layer, Optional.of(stack))
                    .orElseThrow(() -> new StoreCorrupted("layer " + layer.diffId() + " can't be unpacked")));
        }
        return stack;
    }

    /**
     * The layer's directory, made if there is none. A blob that must be fetched is unpacked as it arrives.
     *
     * @param lower the layers below, if they are there already
     * @return nothing if the lower layers must be there first; the blob is there then
     */
    Optional<StoredLayer> unpack(ImageLayer layer, Optional<LayerStack> lower) throws JbuildException {
        Optional<StoredLayer> there = store.layers().find(layer.diffId());
        if (there.isPresent()) {
            return there;
        }
        Puller.checkType(layer.blob());
        return store.blobs().has(layer.blob().digest()) ? applyBlob(layer, lower) : fetchAndApply(layer, lower);
    }

    /** Makes the layer's blob present. */
    void fetch(ImageLayer layer) throws JbuildException {
        if (!new LayerBlobs(store).has(layer.blob(), layer.diffId())) {
            Remote from = source(layer);
            try (InputStream in = counting(from, layer, OutputStream.nullOutputStream())) {
                store.blobs().put(layer.blob(), in);
            } catch (IOException e) {
                throw Transfers.failed(layer.blob().digest(), from.reference(), e);
            }
            fetched(layer);
        }
    }

    /** Makes the blobs of layers present, several at once. */
    void fetchAll(List<ImageLayer> layers, Runnable abort) throws JbuildException {
        Parallel.map(layers, Transfers.THREADS, cancellation, abort, layer -> {
            fetch(layer);
            return layer;
        });
    }

    private void fetched(ImageLayer layer) throws JbuildException {
        store.origins().forget(layer.blob().digest());
        done(layer, layer.blob().digest().toString());
    }

    private Optional<StoredLayer> applyBlob(ImageLayer layer, Optional<LayerStack> lower) throws JbuildException {
        String item = "extracting " + layer.blob().digest();
        try (InputStream blob = store.blobs().open(layer.blob().digest());
                InputStream counting = new CountingInput(
                        blob,
                        OutputStream.nullOutputStream(),
                        item,
                        layer.blob().size(),
                        progress,
                        cancellation);
                InputStream tar = store.limits().decompress(counting)) {
            Optional<StoredLayer> stored = LayerDirectories.unpack(store, tar, layer.diffId(), lower);
            done(layer, item);
            return stored;
        } catch (IOException e) {
            throw unreadable(layer, e);
        }
    }

    private Optional<StoredLayer> fetchAndApply(ImageLayer layer, Optional<LayerStack> lower) throws JbuildException {
        Remote from = source(layer);
        try (BlobStore.Ingest ingest = store.blobs().ingest();
                CountingInput counting = counting(from, layer, ingest.output())) {
            Optional<StoredLayer> stored = apply(from, layer, counting, lower);
            counting.transferTo(OutputStream.nullOutputStream());
            Descriptor got = ingest.commit(layer.blob().mediaType());
            if (!got.digest().equals(layer.blob().digest())
                    && layer.blob().digest().algorithm().equals("sha256")) {
                throw new RemoteError(
                        "the registry sent a wrong blob for " + layer.blob().digest() + " of "
                                + from.reference().familiar() + ": its digest is " + got.digest());
            }
            fetched(layer);
            return stored;
        } catch (IOException e) {
            throw Transfers.failed(layer.blob().digest(), from.reference(), e);
        }
    }

    private Optional<StoredLayer> apply(Remote from, ImageLayer layer, CountingInput blob, Optional<LayerStack> lower)
            throws IOException, JbuildException {
        try {
            return LayerDirectories.unpack(store, store.limits().decompress(blob), layer.diffId(), lower);
        } catch (JbuildException e) {
            cancellation.throwIfCancelled();
            if (blob.failure().isPresent()) {
                throw Transfers.failed(
                        layer.blob().digest(), from.reference(), blob.failure().get());
            }
            throw e;
        }
    }

    private CountingInput counting(Remote from, ImageLayer layer, OutputStream copy) throws JbuildException {
        return new CountingInput(
                from.client().pullBlob(layer.blob()),
                copy,
                layer.blob().digest().toString(),
                layer.blob().size(),
                progress,
                cancellation);
    }

    private void done(ImageLayer layer, String item) {
        progress.update(item, layer.blob().size(), layer.blob().size(), true);
    }

    private Remote source(ImageLayer layer) throws JbuildException {
        return remote.orElseThrow(() -> new StoreCorrupted(
                "layer " + layer.blob().digest() + " isn't in the store", "pull or build the image again"));
    }

    private static JbuildException unreadable(ImageLayer layer, IOException e) {
        return new StoreCorrupted("layer " + layer.blob().digest() + " can't be unpacked: " + e.getMessage(), e);
    }
}
