package dev.jbuild.image;

import dev.jbuild.image.LayerFetcher.ImageLayer;
import dev.jbuild.image.LayerFetcher.Remote;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.layer.LayerSummary;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.RemoteError;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.store.LayerStore.StoredLayer;
import dev.jbuild.store.Store;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Layers of images that the store doesn't have, because nobody has looked into them: where they are, what is known of them there,
 * and how they are got when somebody wants them. Safe for use by many threads.
 */
final class LazyLayers {
    private final Store store;
    private final RegistryTalks talks;

    LazyLayers(Store store, RegistryTalks talks) {
        this.store = store;
        this.talks = talks;
    }

    /** Whether the store has each layer of an image in some form. */
    boolean isHere(LocalImage image) throws JbuildException {
        for (ImageLayer layer : LayerFetcher.layers(image)) {
            if (store.layers().find(layer.diffId()).isEmpty()
                    && !store.blobs().has(layer.blob().digest())) {
                return false;
            }
        }
        return true;
    }

    /** Leaves what the store lacks of an image in its repository, and notes that. */
    void leave(LocalImage image, ImageReference origin) throws JbuildException {
        for (ImageLayer layer : LayerFetcher.distinct(image)) {
            if (!store.blobs().has(layer.blob().digest())) {
                store.origins().put(layer.blob().digest(), origin.name());
            }
        }
    }

    /** The layers of an image, for those who don't look into them. */
    LayerStack unread(LocalImage image) throws JbuildException {
        List<StoredLayer> layers = new ArrayList<>();
        for (ImageLayer layer : LayerFetcher.layers(image)) {
            Optional<StoredLayer> stored = store.layers().find(layer.diffId());
            layers.add(stored.isPresent() ? stored.get() : new DeferredLayer(layer.diffId()));
        }
        return new LayerStack(layers);
    }

    /** As {@link ImageLibrary#promised}, but nothing is left anywhere yet. */
    Optional<LayerStack> promised(
            LocalImage image, ImageLibrary.Promises promises, TransferProgress progress, Cancellation cancellation)
            throws JbuildException {
        if (isHere(image)) {
            return Optional.empty();
        }
        LayerFetcher fetcher = new LayerFetcher(store, Optional.empty(), progress, cancellation);
        LayerStack stack = LayerStack.EMPTY;
        List<DiffId> chain = new ArrayList<>();
        for (ImageLayer layer : LayerFetcher.layers(image)) {
            chain.add(layer.diffId());
            Optional<StoredLayer> stored = store.layers().find(layer.diffId());
            if (stored.isPresent()) {
                stack = stack.plus(stored.get());
                continue;
            }
            Optional<StoredLayer> promise = promises.of(List.copyOf(chain));
            if (promise.isEmpty()) {
                return Optional.empty();
            }
            PackedLayer.Contents contents = contents(layer, promise.get(), progress, cancellation);
            stack = stack.plus(new PackedLayer(fetcher, layer, stack, contents));
        }
        return Optional.of(stack);
    }

    private PackedLayer.Contents contents(
            ImageLayer layer, StoredLayer promise, TransferProgress progress, Cancellation cancellation) {
        return new PackedLayer.Contents() {
            @Override
            public LayerSummary summary() {
                return promise.summary();
            }

            @Override
            public LayerIndex index() throws JbuildException {
                return promise.index();
            }

            @Override
            public void fetch() throws JbuildException {
                complete(List.of(layer), progress, cancellation);
            }

            @Override
            public void unpacked() throws JbuildException {
                promise.fetch();
            }
        };
    }

    /** Gets what the store lacks of layers from where they were left. */
    void complete(List<ImageLayer> layers, TransferProgress progress, Cancellation cancellation)
            throws JbuildException {
        Map<ImageReference, List<ImageLayer>> left = new LinkedHashMap<>();
        for (ImageLayer layer : layers) {
            origin(layer)
                    .ifPresent(from -> left.computeIfAbsent(from, none -> new ArrayList<>())
                            .add(layer));
        }
        for (Map.Entry<ImageReference, List<ImageLayer>> from : left.entrySet()) {
            complete(from.getKey(), from.getValue(), progress, cancellation);
        }
    }

    private void complete(
            ImageReference from, List<ImageLayer> layers, TransferProgress progress, Cancellation cancellation)
            throws JbuildException {
        try {
            talks.with(from, cancellation, client -> {
                new LayerFetcher(store, Optional.of(new Remote(client, from)), progress, cancellation)
                        .fetchAll(layers, client::close);
                return from;
            });
        } catch (RemoteError e) {
            throw new RemoteError(
                    "layer " + layers.get(0).blob().digest()
                            + ", which no build had to look into yet, can't be had from " + from.familiarName() + ": "
                            + e.what(),
                    e,
                    e.hints().toArray(String[]::new));
        }
    }

    /** Where a layer is to be had of which the store has nothing; nothing if it needn't be had, or nobody knows. */
    private Optional<ImageReference> origin(ImageLayer layer) throws JbuildException {
        return new LayerBlobs(store).has(layer.blob(), layer.diffId())
                ? Optional.empty()
                : store.origins().find(layer.blob().digest()).flatMap(Names::parse);
    }
}
