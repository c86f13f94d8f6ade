package dev.jbuild.image;

import dev.jbuild.layer.Compression;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.oci.ImageIndex;
import dev.jbuild.oci.MalformedDocument;
import dev.jbuild.oci.Manifest;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.store.ImageNames.NamedImage;
import dev.jbuild.store.Store;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What the names of a store reach: which images need which blobs and layers. */
final class StoreReferences {
    private static final int DEEPEST_NESTING = 4;

    private final Store store;
    private final Map<Digest, BlobUse> blobs = new LinkedHashMap<>();
    private final Map<DiffId, LayerUse> layers = new LinkedHashMap<>();

    private StoreReferences(Store store) {
        this.store = store;
    }

    /** What a blob is. */
    enum Role {
        DOCUMENT,
        CONFIG,
        LAYER
    }

    /** A blob that images need. */
    record BlobUse(Descriptor descriptor, Role role, Optional<DiffId> diffId, Set<String> images) {
        List<String> names() {
            return List.copyOf(images);
        }
    }

    /**
     * A layer that images need.
     *
     * @param blobs its forms that manifests name
     * @param below the layers that it lies on in one of its images
     */
    record LayerUse(Set<Descriptor> blobs, List<DiffId> below, Set<String> images) {
        List<String> names() {
            return List.copyOf(images);
        }
    }

    /** Follows all names as far as the documents can be read. */
    static StoreReferences of(Store store) throws JbuildException {
        StoreReferences references = new StoreReferences(store);
        for (NamedImage name : store.names().list()) {
            references.follow(name.name(), name.target(), 0, true);
        }
        return references;
    }

    Optional<BlobUse> blob(Digest digest) {
        return Optional.ofNullable(blobs.get(digest));
    }

    Optional<LayerUse> layer(DiffId diffId) {
        return Optional.ofNullable(layers.get(diffId));
    }

    Map<Digest, BlobUse> blobs() {
        return blobs;
    }

    Map<DiffId, LayerUse> layers() {
        return layers;
    }

    private BlobUse use(Descriptor descriptor, Role role, Optional<DiffId> diffId, String image) {
        BlobUse use = blobs.computeIfAbsent(
                descriptor.digest(), digest -> new BlobUse(descriptor, role, diffId, new TreeSet<>()));
        use.images().add(image);
        return use;
    }

    /** An index may name images that were never fetched: those for other platforms; but one of them must be there. */
    private void follow(String image, Descriptor target, int depth, boolean needed) throws JbuildException {
        boolean there = store.blobs().has(target.digest());
        if (depth > DEEPEST_NESTING || (!there && !needed)) {
            return;
        }
        use(target, Role.DOCUMENT, Optional.empty(), image);
        try {
            if (!there) {
                return;
            } else if (Documents.isIndex(target)) {
                ImageIndex index = ImageIndex.parse(store.blobs().read(target.digest()), target.mediaType());
                boolean none = index.manifests().stream()
                        .noneMatch(child -> store.blobs().has(child.digest()));
                for (Descriptor child : index.manifests()) {
                    follow(image, child, depth + 1, none);
                }
            } else {
                follow(image, Manifest.parse(store.blobs().read(target.digest()), target.mediaType()));
            }
        } catch (MalformedDocument | JbuildException e) {
            // It is among the damaged blobs, or says nothing that could be used.
        }
    }

    private void follow(String image, Manifest manifest) throws JbuildException {
        use(manifest.config(), Role.CONFIG, Optional.empty(), image);
        List<DiffId> diffIds = Documents.isImageConfig(manifest.config()) ? diffIds(manifest) : List.of();
        boolean fits = diffIds.size() == manifest.layers().size();
        for (int i = 0; i < manifest.layers().size(); i++) {
            Descriptor layer = manifest.layers().get(i);
            Optional<DiffId> plain = isPlain(layer) ? Optional.of(new DiffId(layer.digest())) : Optional.empty();
            Optional<DiffId> diffId = fits ? Optional.of(diffIds.get(i)) : plain;
            use(layer, Role.LAYER, diffId, image);
            if (diffId.isPresent()) {
                List<DiffId> below = fits ? List.copyOf(diffIds.subList(0, i)) : List.of();
                LayerUse use = layers.computeIfAbsent(
                        diffId.get(), id -> new LayerUse(new LinkedHashSet<>(), below, new TreeSet<>()));
                use.blobs().add(layer);
                use.images().add(image);
            }
        }
    }

    private List<DiffId> diffIds(Manifest manifest) throws JbuildException {
        Digest config = manifest.config().digest();
        if (!store.blobs().has(config)) {
            return List.of();
        }
        try {
            return ImageConfig.parse(store.blobs().read(config)).diffIds();
        } catch (MalformedDocument | JbuildException e) {
            return List.of();
        }
    }

    /** Whether a blob's bytes are those that the layer's directory gives. */
    static boolean isPlain(Descriptor layer) {
        return Compression.ofLayerType(layer.mediaType()).equals(Optional.of(Compression.NONE));
    }
}
