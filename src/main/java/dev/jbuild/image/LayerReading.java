package dev.jbuild.image;

import dev.jbuild.image.LayerFetcher.ImageLayer;
import dev.jbuild.layer.Compression;
import dev.jbuild.layer.IndexedTar;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.layer.LayerSummary;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.DiffId;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.snapshot.LayerScan;
import dev.jbuild.snapshot.LayerScan.Scanned;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.snapshot.MergedView;
import dev.jbuild.snapshot.TarIndexes;
import dev.jbuild.store.BlobSource;
import dev.jbuild.store.LayerStore.StoredLayer;
import dev.jbuild.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Makes the layers of an image readable. A layer that the store has unpacked is read there; the tar of any other is read once
 * for its index, which the store remembers for its own blobs.
 */
final class LayerReading {
    private final Store store;
    private final Cancellation cancellation;
    private final TarIndexes indexes;

    LayerReading(Store store, Cancellation cancellation) {
        this.store = store;
        this.cancellation = cancellation;
        this.indexes = new TarIndexes(store);
    }

    /** @param blobs where the image's blobs are */
    List<ReadableLayer> layers(LocalImage image, BlobSource blobs) throws JbuildException {
        return layers(image, blobs, (layer, below, chain) -> Optional.of(index(layer, blobs, below, chain)))
                .orElseThrow();
    }

    /** Says what is in the tar of a layer; nothing if it isn't to be found out. */
    private interface Indexing {
        /**
         * @param below the layers that it lies on
         * @param chain these and itself
         */
        Optional<IndexedTar> of(ImageLayer layer, List<LayerIndex> below, List<DiffId> chain) throws JbuildException;
    }

    private Optional<List<ReadableLayer>> layers(LocalImage image, BlobSource blobs, Indexing indexing)
            throws JbuildException {
        List<ReadableLayer> layers = new ArrayList<>();
        List<LayerIndex> below = new ArrayList<>();
        List<DiffId> chain = new ArrayList<>();
        for (ImageLayer layer : LayerFetcher.layers(image)) {
            cancellation.throwIfCancelled();
            chain.add(layer.diffId());
            Optional<StoredLayer> stored = store.layers().find(layer.diffId());
            if (stored.isPresent()) {
                layers.add(new UnpackedLayer(stored.get()));
            } else {
                Optional<IndexedTar> tar = indexing.of(layer, below, chain);
                if (tar.isEmpty()) {
                    return Optional.empty();
                }
                layers.add(new TarLayer(tar.get(), () -> tar(layer.blob(), blobs)));
            }
            below.add(layers.get(layers.size() - 1).index());
        }
        return Optional.of(layers);
    }

    /**
     * The layers of an image of the store, of which those that aren't unpacked stay so until somebody needs their files. Those
     * that nothing is known of yet are read first, several at once.
     */
    LayerStack packed(LocalImage image, LayerFetcher fetcher) throws JbuildException {
        List<ImageLayer> unknown = new ArrayList<>();
        for (ImageLayer layer : LayerFetcher.distinct(image)) {
            if (store.layers().find(layer.diffId()).isEmpty()
                    && indexes.find(List.of(layer.diffId())).isEmpty()) {
                unknown.add(layer);
            }
        }
        Parallel.map(unknown, Transfers.THREADS, cancellation, () -> {}, layer -> {
            Scanned scanned = scan(layer, store.blobs(), MergedView.of(List.of()));
            if (scanned.selfContained()) {
                indexes.put(List.of(layer.diffId()), scanned.tar());
            }
            return layer;
        });
        return stack(image, fetcher, layers(image, store.blobs()));
    }

    /** As {@link #packed}; nothing if a layer would have to be read for that. Counts as no use of what is known. */
    Optional<LayerStack> knownPacked(LocalImage image, LayerFetcher fetcher) throws JbuildException {
        return layers(
                        image,
                        store.blobs(),
                        (layer, below, chain) ->
                                store.blobs().has(layer.blob().digest()) ? indexes.peek(chain) : Optional.empty())
                .map(layers -> stack(image, fetcher, layers));
    }

    private static LayerStack stack(LocalImage image, LayerFetcher fetcher, List<ReadableLayer> readable) {
        List<ImageLayer> layers = LayerFetcher.layers(image);
        LayerStack stack = LayerStack.EMPTY;
        for (int i = 0; i < layers.size(); i++) {
            stack = stack.plus(
                    readable.get(i) instanceof TarLayer packed
                            ? new PackedLayer(fetcher, layers.get(i), stack, contents(packed.tar()))
                            : ((UnpackedLayer) readable.get(i)).layer());
        }
        return stack;
    }

    private static PackedLayer.Contents contents(IndexedTar tar) {
        return new PackedLayer.Contents() {
            @Override
            public LayerSummary summary() {
                return tar.summary();
            }

            @Override
            public LayerIndex index() {
                return tar.index();
            }
        };
    }

    private static InputStream tar(Descriptor blob, BlobSource blobs) throws IOException, JbuildException {
        return Compression.decompress(blobs.open(blob.digest()));
    }

    private IndexedTar index(ImageLayer layer, BlobSource blobs, List<LayerIndex> below, List<DiffId> chain)
            throws JbuildException {
        boolean own = blobs == store.blobs();
        if (own) {
            Optional<IndexedTar> known = indexes.find(chain);
            if (known.isPresent()) {
                return known.get();
            }
        }
        Scanned scanned = scan(layer, blobs, MergedView.of(below));
        if (own) {
            indexes.put(scanned.selfContained() ? List.of(layer.diffId()) : chain, scanned.tar());
        }
        return scanned.tar();
    }

    private Scanned scan(ImageLayer layer, BlobSource blobs, MergedView below) throws JbuildException {
        Descriptor blob = layer.blob();
        Puller.checkType(blob);
        Optional<Long> size = blobs.size(blob.digest());
        if (size.isPresent() && size.get() != blob.size()) {
            throw new UserError(
                    "layer " + blob.digest() + " has " + size.get() + " bytes, but its manifest says " + blob.size());
        }
        MessageDigest digest = blob.digest().newMessageDigest();
        try (InputStream in = new DigestInputStream(blobs.open(blob.digest()), digest);
                InputStream counting = new CountingInput(
                        in, OutputStream.nullOutputStream(), "", -1, TransferProgress.NONE, cancellation);
                InputStream tar = store.limits().decompress(counting)) {
            Scanned scanned = LayerScan.scan(tar, below, store.limits());
            counting.transferTo(OutputStream.nullOutputStream());
            check(layer, scanned, HexFormat.of().formatHex(digest.digest()));
            return scanned;
        } catch (IOException e) {
            cancellation.throwIfCancelled();
            throw new EnvironmentError("layer " + blob.digest() + " can't be read: " + e.getMessage(), e);
        }
    }

    private static void check(ImageLayer layer, Scanned scanned, String hex) throws UserError {
        if (!hex.equals(layer.blob().digest().hex())) {
            throw new UserError("layer " + layer.blob().digest() + " is damaged: its bytes have another digest");
        }
        DiffId actual = scanned.tar().summary().diffId();
        if (!actual.equals(layer.diffId())) {
            throw new UserError("a layer's content has the digest " + actual + " but its image says " + layer.diffId());
        }
    }
}
