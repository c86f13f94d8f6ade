package dev.jbuild.image;

import dev.jbuild.image.LayerFetcher.ImageLayer;
import dev.jbuild.layer.IndexedTar;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.layer.LayerSummary;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.StoreCorrupted;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.store.LayerStore.StoredLayer;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A layer of which the store has the blob and knows what is in it: unpacked when somebody needs its files. */
final class PackedLayer implements StoredLayer {
    private final LayerFetcher fetcher;
    private final ImageLayer layer;
    private final LayerStack lower;
    private final IndexedTar tar;
    private @Nullable StoredLayer unpacked;

    /** @param lower the layers that it lies on */
    PackedLayer(LayerFetcher fetcher, ImageLayer layer, LayerStack lower, IndexedTar tar) {
        this.fetcher = fetcher;
        this.layer = layer;
        this.lower = lower;
        this.tar = tar;
    }

    @Override
    public LayerSummary summary() {
        return tar.summary();
    }

    @Override
    public LayerIndex index() {
        return tar.index();
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
        boolean lowest = lower.layers().isEmpty();
        Optional<StoredLayer> made = fetcher.unpack(layer, lowest ? Optional.of(lower) : Optional.empty());
        if (made.isEmpty()) {
            lower.fetch();
            made = fetcher.unpack(layer, Optional.of(lower));
        }
        unpacked =
                made.orElseThrow(() -> new StoreCorrupted("layer " + summary().diffId() + " can't be unpacked"));
    }

    /** Its blob is. */
    @Override
    public void keep() {}
}
