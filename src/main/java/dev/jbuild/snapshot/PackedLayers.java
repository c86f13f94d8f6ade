package dev.jbuild.snapshot;

import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.IndexedTar;
import dev.jbuild.layer.LayerEntry;
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
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Layers that steps made without a directory: a plain tar in the blob store, whose digest is the DiffID, and what is in it.
 * The directory is made when a process is to see the layer. Safe for use by many threads.
 */
public final class PackedLayers {
    /** Files from this size on tell which layers have something in common; as many as these do. */
    private static final long LANDMARK = 32 * 1024;

    private static final int LANDMARKS = 4;

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
     * @param like the one that it was written upon
     */
    public StoredLayer put(IndexedTar tar, Digest line, Optional<IndexedTar> like) throws JbuildException {
        indexes.put(tar, like);
        name(latestKey(line), tar);
        Set<Digest> known = like.map(PackedLayers::landmarks).orElse(Set.of());
        for (Digest content : landmarks(tar)) {
            if (!known.contains(content)) {
                name(contentKey(content), tar);
            }
        }
        return new Packed(tar.summary(), tar.index());
    }

    private void name(Digest key, IndexedTar tar) throws JbuildException {
        String layer = tar.summary().diffId().toString();
        store.records().put(new CacheRecord(key, layer, List.of(), List.of()));
    }

    private static Set<Digest> landmarks(IndexedTar tar) {
        Map<Digest, Long> sizes = new HashMap<>();
        for (LayerEntry entry : tar.index().entries()) {
            if (entry.type() == EntryType.FILE) {
                entry.content().ifPresent(content -> sizes.put(content, entry.size()));
            }
        }
        return landmarks(sizes);
    }

    private static Set<Digest> landmarks(Map<Digest, Long> sizes) {
        return sizes.entrySet().stream()
                .filter(content -> content.getValue() >= LANDMARK)
                .sorted(Comparator.comparing(Map.Entry<Digest, Long>::getValue)
                        .reversed()
                        .thenComparing(content -> content.getKey().toString()))
                .limit(LANDMARKS)
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /**
     * A layer that may have much in common with one that is to be written, and whose tar is there: the latest that the same
     * line made, else one that has its largest files, whoever made it.
     *
     * @param sizes the contents of its files, as far as they are known, in bytes
     */
    public Optional<IndexedTar> like(Digest line, Map<Digest, Long> sizes) throws JbuildException {
        Optional<IndexedTar> latest = named(latestKey(line));
        return latest.isPresent() ? latest : withLargest(sizes);
    }

    private Optional<IndexedTar> withLargest(Map<Digest, Long> sizes) throws JbuildException {
        Map<DiffId, Long> shared = new LinkedHashMap<>();
        for (Digest content : landmarks(sizes)) {
            Optional<DiffId> layer = layer(contentKey(content));
            if (layer.isPresent()) {
                shared.merge(layer.get(), sizes.getOrDefault(content, 0L), Long::sum);
            }
        }
        Optional<DiffId> most =
                shared.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey);
        return most.isPresent() ? indexes.find(List.of(most.get())) : Optional.empty();
    }

    private Optional<IndexedTar> named(Digest key) throws JbuildException {
        Optional<DiffId> layer = layer(key);
        return layer.isPresent() ? indexes.find(List.of(layer.get())) : Optional.empty();
    }

    private Optional<DiffId> layer(Digest key) throws JbuildException {
        Optional<DiffId> layer = store.records().find(key).map(record -> DiffId.parse(record.body()));
        return layer.isPresent() && store.blobs().has(layer.get().digest()) ? layer : Optional.empty();
    }

    private static Digest latestKey(Digest line) {
        return key("latest tar of a line", line);
    }

    private static Digest contentKey(Digest content) {
        return key("a tar with a file", content);
    }

    private static Digest key(String what, Digest of) {
        return Digest.sha256(
                (what + ", format " + LayerTarWriter.VERSION + ": " + of).getBytes(StandardCharsets.UTF_8));
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
