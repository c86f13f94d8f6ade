package dev.jbuild.image;

import dev.jbuild.image.LayerFetcher.ImageLayer;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.layer.LayerSummary;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.StoreCorrupted;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.store.LayerStore.StoredLayer;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A layer of which it is known what is in it, and where its blob is: unpacked when somebody needs its files. */
final class PackedLayer implements StoredLayer {
    private final LayerFetcher fetcher;
    private final ImageLayer layer;
    private final LayerStack lower;
    private final Contents contents;
    private @Nullable StoredLayer unpacked;

    /** What is known of a layer. */
    interface Contents {
        LayerSummary summary();

        LayerIndex index() throws JbuildException;

        /** Makes its blob present. */
        default void fetch() throws JbuildException {}

        /** Hears that it is unpacked, and refuses it if it isn't what it was said to be. */
        default void unpacked() throws JbuildException {}
    }

    /** @param lower the layers that it lies on */
    PackedLayer(LayerFetcher fetcher, ImageLayer layer, LayerStack lower, Contents contents) {
        this.fetcher = fetcher;
        this.layer = layer;
        this.lower = lower;
        this.contents = contents;
    }

    @Override
    public LayerSummary summary() {
        return contents.summary();
    }

    @Override
    public LayerIndex index() throws JbuildException {
        return contents.index();
    }

    @Override
    public synchronized Path directory() {
        if (unpacked == null) {
            throw new IllegalStateException("layer " + summary().diffId() + " wasn't unpacked");
        }
        return unpacked.directory();
    }

    /** What lies below is unpacked only if this can't be read without. */
    @Override
    public synchronized void fetch() throws JbuildException {
        if (unpacked != null) {
            return;
        }
        contents.fetch();
        boolean lowest = lower.layers().isEmpty();
        Optional<StoredLayer> made = fetcher.unpack(layer, lowest ? Optional.of(lower) : Optional.empty());
        if (made.isEmpty()) {
            lower.fetch();
            made = fetcher.unpack(layer, Optional.of(lower));
        }
        StoredLayer there =
                made.orElseThrow(() -> new StoreCorrupted("layer " + summary().diffId() + " can't be unpacked"));
        contents.unpacked();
        unpacked = there;
    }

    /** Its blob is, or is where it is known to be. */
    @Override
    public void keep() {}
}
