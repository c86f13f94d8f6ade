package dev.jbuild.cache.remote;

import dev.jbuild.cache.remote.ResultRecord.RecordedLayer;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.layer.LayerSummary;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.problem.BuildCancelled;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.StoreCorrupted;
import dev.jbuild.snapshot.LayerDirectories;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.store.LayerStore.StoredLayer;
import dev.jbuild.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A layer that another cache promises: known by its summary, fetched when somebody needs its files. */
final class ImportedLayer implements StoredLayer, CopyableLayer {
    private final Store store;
    private final LayerStack base;
    private final RecordedLayer recorded;
    private final Origin origin;
    private @Nullable LayerIndex index;
    private @Nullable StoredLayer fetched;
    private @Nullable LostResult lost;

    /** Where the layer is, and who wants to know what becomes of it. */
    interface Origin {
        InputStream open(Descriptor blob) throws JbuildException;

        /** Opens the layer's blob, telling how far it is read. */
        InputStream openTold(Descriptor blob) throws JbuildException;

        void fetched(StoredLayer layer) throws JbuildException;

        LostResult lost(Exception why);

        /** As {@link #lost}, of a layer that the cache never had the files of. */
        LostResult unknown();
    }

    ImportedLayer(Store store, LayerStack base, RecordedLayer recorded, Origin origin) {
        this.store = store;
        this.base = base;
        this.recorded = recorded;
        this.origin = origin;
    }

    @Override
    public LayerSummary summary() {
        return recorded.summary();
    }

    @Override
    public synchronized Path directory() {
        if (fetched == null) {
            throw new IllegalStateException("layer " + summary().diffId() + " wasn't fetched");
        }
        return fetched.directory();
    }

    @Override
    public synchronized LayerIndex index() throws JbuildException {
        if (fetched != null) {
            return fetched.index();
        }
        if (index == null) {
            index = promisedIndex();
        }
        return index;
    }

    private LayerIndex promisedIndex() throws JbuildException {
        if (recorded.index().isEmpty()) {
            return fetchNow().index();
        }
        Descriptor blob = recorded.index().get();
        try (InputStream in = origin.open(blob)) {
            return IndexBlob.read(blob, in, summary());
        } catch (BuildCancelled e) {
            throw e;
        } catch (IOException | JbuildException e) {
            // The layer itself says it, too.
            return fetchNow().index();
        }
    }

    @Override
    public synchronized void fetch() throws JbuildException {
        if (fetched == null) {
            fetchNow();
        }
    }

    private StoredLayer fetchNow() throws JbuildException {
        if (lost != null) {
            throw lost;
        }
        try {
            StoredLayer layer = made();
            if (!layer.summary().equals(summary())) {
                throw new StoreCorrupted("layer " + summary().diffId() + " has other content than its record says");
            }
            fetched = layer;
            origin.fetched(layer);
            return layer;
        } catch (BuildCancelled | LostResult e) {
            throw e;
        } catch (JbuildException | IOException e) {
            lost = origin.lost(e);
            throw lost;
        }
    }

    private StoredLayer made() throws JbuildException, IOException {
        Optional<StoredLayer> there = store.layers().find(summary().diffId());
        if (there.isPresent()) {
            return there.get();
        }
        if (recorded.blob().isEmpty()) {
            lost = origin.unknown();
            throw lost;
        }
        Descriptor blob = recorded.blob().get();
        Optional<StoredLayer> alone = unpack(blob, Optional.empty());
        if (alone.isPresent()) {
            return alone.get();
        }
        base.fetch();
        return unpack(blob, Optional.of(base))
                .orElseThrow(() -> new StoreCorrupted("layer " + summary().diffId() + " can't be unpacked"));
    }

    private Optional<StoredLayer> unpack(Descriptor blob, Optional<LayerStack> lower)
            throws JbuildException, IOException {
        try (InputStream in = origin.openTold(blob);
                InputStream tar = store.limits().decompress(in)) {
            return LayerDirectories.unpack(store, tar, summary().diffId(), lower);
        }
    }

    @Override
    public synchronized boolean isHere() {
        return fetched != null;
    }

    @Override
    public Optional<Descriptor> blob() {
        return recorded.blob();
    }

    @Override
    public InputStream openBlob() throws JbuildException {
        return origin.open(recorded.blob().orElseThrow());
    }
}
