package dev.jbuild.snapshot;

import dev.jbuild.layer.IndexedTar;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.layer.LayerSummary;
import dev.jbuild.layer.LayerTarWriter;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.StoreCorrupted;
import dev.jbuild.store.CacheRecords.CacheRecord;
import dev.jbuild.store.LayerStore.StoredLayer;
import dev.jbuild.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Layers that steps made without a directory: a plain tar in the blob store, whose digest is the DiffID, and what is in it.
 * The directory is made when a process is to see the layer. Safe for use by many threads.
 */
public final class PackedLayers {
    private final Store store;
    private final TarIndexes indexes;

    public PackedLayers(Store store) {
        this.store = store;
        this.indexes = new TarIndexes(store);
    }

    /** The layer in whatever form the store has it. */
    public Optional<StoredLayer> find(DiffId diffId) throws JbuildException {
        Optional<StoredLayer> unpacked = store.layers().find(diffId);
        if (unpacked.isPresent() || !store.blobs().has(diffId.digest())) {
            return unpacked;
        }
        Optional<LayerSummary> known = indexes.summary(diffId);
        if (known.isPresent()) {
            return Optional.of(new Packed(known.get(), null));
        }
        // The index was collected before the tar.
        Optional<IndexedTar> tar = scanned(diffId);
        return tar.map(found -> new Packed(found.summary(), found.index()));
    }

    /**
     * Makes a layer of a tar that is in the blob store.
     *
     * @param line what made it, to find it as the latest of
     * @param like the one that was the latest before
     */
    public StoredLayer put(IndexedTar tar, Digest line, Optional<IndexedTar> like) throws JbuildException {
        DiffId layer = tar.summary().diffId();
        indexes.put(tar, like);
        store.records().put(new CacheRecord(latestKey(line), layer.toString(), List.of(), List.of()));
        return new Packed(tar.summary(), tar.index());
    }

    /** What the latest layer is that the same line made, if its tar is there. */
    public Optional<IndexedTar> latest(Digest line) throws JbuildException {
        Optional<CacheRecord> latest = store.records().find(latestKey(line));
        if (latest.isEmpty()) {
            return Optional.empty();
        }
        DiffId layer = DiffId.parse(latest.get().body());
        return store.blobs().has(layer.digest()) ? indexes.find(List.of(layer)) : Optional.empty();
    }

    private static Digest latestKey(Digest line) {
        return Digest.sha256(("latest tar of a line, format " + LayerTarWriter.VERSION + ": " + line)
                .getBytes(StandardCharsets.UTF_8));
    }

    private Optional<IndexedTar> scanned(DiffId diffId) throws JbuildException {
        try (InputStream in = store.blobs().open(diffId.digest())) {
            LayerScan.Scanned scanned = LayerScan.scan(in, MergedView.of(List.of()), store.limits());
            if (!scanned.selfContained() || !scanned.tar().summary().diffId().equals(diffId)) {
                return Optional.empty();
            }
            indexes.put(List.of(diffId), scanned.tar());
            return Optional.of(scanned.tar());
        } catch (IOException e) {
            throw new EnvironmentError("layer " + diffId + " can't be read: " + e.getMessage(), e);
        }
    }

    private final class Packed implements StoredLayer {
        private final LayerSummary summary;
        private @Nullable LayerIndex index;
        private @Nullable StoredLayer unpacked;

        Packed(LayerSummary summary, @Nullable LayerIndex index) {
            this.summary = summary;
            this.index = index;
        }

        @Override
        public LayerSummary summary() {
            return summary;
        }

        @Override
        public synchronized LayerIndex index() throws JbuildException {
            LayerIndex loaded = index;
            if (loaded == null) {
                Optional<IndexedTar> known = indexes.find(List.of(diffId()));
                loaded = (known.isPresent() ? known : scanned(diffId()))
                        .map(IndexedTar::index)
                        .orElseThrow(this::lost);
                index = loaded;
            }
            return loaded;
        }

        private StoreCorrupted lost() {
            return new StoreCorrupted(
                    "layer " + diffId() + " can't be read", "`jbuild store verify --repair` says what can be done");
        }

        @Override
        public synchronized Path directory() {
            if (unpacked == null) {
                throw new IllegalStateException("layer " + diffId() + " wasn't unpacked");
            }
            return unpacked.directory();
        }

        @Override
        public synchronized void fetch() throws JbuildException {
            if (unpacked != null) {
                return;
            }
            Optional<StoredLayer> there = store.layers().find(diffId());
            if (there.isEmpty()) {
                try (InputStream tar = store.blobs().open(diffId().digest())) {
                    there = LayerDirectories.unpack(store, tar, diffId(), Optional.empty());
                } catch (IOException e) {
                    throw new EnvironmentError("layer " + diffId() + " can't be unpacked: " + e.getMessage(), e);
                }
            }
            unpacked = there.orElseThrow(this::lost);
        }

        /** Its tar is. */
        @Override
        public void keep() {}
    }
}
