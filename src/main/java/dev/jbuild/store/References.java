package dev.jbuild.store;

import dev.jbuild.layer.Compression;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.store.CacheRecords.CacheRecord;
import dev.jbuild.store.ImageNames.NamedImage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What the names and cache records of a store reach: which images and results need which blobs and layers. */
public final class References {
    private final Map<Digest, BlobUse> blobs = new LinkedHashMap<>();
    private final Map<DiffId, LayerUse> layers = new LinkedHashMap<>();
    private final Map<Digest, List<CacheRecord>> cachedBlobs = new LinkedHashMap<>();
    private final Map<DiffId, List<CacheRecord>> cachedLayers = new LinkedHashMap<>();
    /** What a name is known to have reached though no document says so any more. */
    private final Set<Digest> rememberedBlobs = new HashSet<>();

    private final Set<DiffId> rememberedLayers = new HashSet<>();

    private References() {}

    /** What a blob is. */
    public enum Role {
        DOCUMENT,
        CONFIG,
        LAYER
    }

    /** A blob that images need. */
    public record BlobUse(Descriptor descriptor, Role role, Optional<DiffId> diffId, Set<String> images) {
        public List<String> names() {
            return List.copyOf(images);
        }
    }

    /**
     * A layer that images need.
     *
     * @param blobs its forms that manifests name
     * @param below the layers that it lies on in one of its images
     */
    public record LayerUse(Set<Descriptor> blobs, List<DiffId> below, Set<String> images) {
        public List<String> names() {
            return List.copyOf(images);
        }
    }

    static References of(List<NamedImage> names, List<CacheRecord> records, FileBlobs blobs) {
        References references = new References();
        for (NamedImage name : names) {
            new ImageWalk(blobs, name.reach().documents()::contains, references.new Marking(name.name()))
                    .follow(name.target());
            references.rememberedBlobs.addAll(name.reach().documents());
            references.rememberedBlobs.addAll(name.reach().blobs());
            references.rememberedLayers.addAll(name.reach().layers());
        }
        for (CacheRecord entry : records) {
            for (Digest digest : entry.blobs()) {
                references
                        .cachedBlobs
                        .computeIfAbsent(digest, none -> new ArrayList<>())
                        .add(entry);
            }
            for (DiffId diffId : entry.layers()) {
                references
                        .cachedLayers
                        .computeIfAbsent(diffId, none -> new ArrayList<>())
                        .add(entry);
            }
        }
        return references;
    }

    private final class Marking implements ImageWalk.Visitor {
        private final String image;

        private Marking(String image) {
            this.image = image;
        }

        @Override
        public void document(Descriptor document) {
            use(document, Role.DOCUMENT, Optional.empty());
        }

        @Override
        public void config(Descriptor config) {
            use(config, Role.CONFIG, Optional.empty());
        }

        @Override
        public void layer(Descriptor layer, Optional<DiffId> diffId, List<DiffId> below) {
            use(layer, Role.LAYER, diffId);
            if (diffId.isPresent()) {
                LayerUse use = layers.computeIfAbsent(
                        diffId.get(), id -> new LayerUse(new LinkedHashSet<>(), below, new TreeSet<>()));
                use.blobs().add(layer);
                use.images().add(image);
            }
        }

        private void use(Descriptor descriptor, Role role, Optional<DiffId> diffId) {
            blobs.computeIfAbsent(descriptor.digest(), digest -> new BlobUse(descriptor, role, diffId, new TreeSet<>()))
                    .images()
                    .add(image);
        }
    }

    /** How images need a blob. */
    public Optional<BlobUse> blob(Digest digest) {
        return Optional.ofNullable(blobs.get(digest));
    }

    /** How images need a layer. */
    public Optional<LayerUse> layer(DiffId diffId) {
        return Optional.ofNullable(layers.get(diffId));
    }

    /** What images need. */
    public Map<Digest, BlobUse> blobs() {
        return blobs;
    }

    /** What images need. */
    public Map<DiffId, LayerUse> layers() {
        return layers;
    }

    /** The blobs that cache records need. */
    public Map<Digest, List<CacheRecord>> cachedBlobs() {
        return cachedBlobs;
    }

    /** The layers that cache records need. */
    public Map<DiffId, List<CacheRecord>> cachedLayers() {
        return cachedLayers;
    }

    /** Whether images need a blob, or needed it when they were named. */
    boolean imagesNeed(Digest blob) {
        return blobs.containsKey(blob) || rememberedBlobs.contains(blob);
    }

    /** Whether images need a layer, or needed it when they were named. */
    boolean imagesNeed(DiffId layer) {
        return layers.containsKey(layer) || rememberedLayers.contains(layer);
    }

    /** Whether a name or a record keeps a blob. */
    boolean keeps(Digest blob) {
        return imagesNeed(blob) || cachedBlobs.containsKey(blob);
    }

    /** Whether a name or a record keeps a layer. */
    boolean keeps(DiffId layer) {
        return imagesNeed(layer) || cachedLayers.containsKey(layer);
    }

    /** Whether a name or a record keeps a layer whose digits begin so. */
    boolean keepsLayer(String digits) {
        return Stream.of(layers.keySet(), rememberedLayers, cachedLayers.keySet())
                .flatMap(Set::stream)
                .anyMatch(layer -> layer.digest().hex().startsWith(digits));
    }

    /** Whether a blob's bytes are those that the layer's directory gives. */
    public static boolean isPlain(Descriptor layer) {
        return Compression.ofLayerType(layer.mediaType()).equals(Optional.of(Compression.NONE));
    }
}
