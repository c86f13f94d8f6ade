package dev.jbuild.store;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.oci.ImageIndex;
import dev.jbuild.oci.MalformedDocument;
import dev.jbuild.oci.Manifest;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.problem.JbuildException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Follows one image through its documents, as far as they can be read: the one way in which it is found out what an image
 * needs. Nothing that is looked at counts as used by that.
 */
final class ImageWalk {
    /** Nobody nests deeper; a stack has an end. */
    private static final int DEEPEST_NESTING = 64;

    private final FileBlobs blobs;
    private final Predicate<Digest> wasThere;
    private final Visitor visitor;
    private final Set<Digest> visited = new HashSet<>();

    /** @param wasThere whether a document is known to have been in the store */
    ImageWalk(FileBlobs blobs, Predicate<Digest> wasThere, Visitor visitor) {
        this.blobs = blobs;
        this.wasThere = wasThere;
        this.visitor = visitor;
    }

    /** Hears what an image needs, whether it is there or not. */
    interface Visitor {
        /** An index, a manifest, or whatever else a name points to. */
        void document(Descriptor document);

        void config(Descriptor config);

        /**
         * @param diffId absent if no configuration says it
         * @param below the layers that it lies on
         */
        void layer(Descriptor layer, Optional<DiffId> diffId, List<DiffId> below);
    }

    void follow(Descriptor target) {
        follow(target, 0, true);
    }

    /** An index may name images that were never fetched: those for other platforms; but one of them must be there. */
    private void follow(Descriptor target, int depth, boolean needed) {
        boolean there = blobs.lies(target.digest());
        boolean missed = !there && (needed || wasThere.test(target.digest()));
        if (depth > DEEPEST_NESTING || !(there || missed) || !visited.add(target.digest())) {
            return;
        }
        visitor.document(target);
        try {
            if (missed) {
                return;
            } else if (MediaTypes.isIndex(target.mediaType())) {
                ImageIndex index = ImageIndex.parse(blobs.peek(target.digest()), target.mediaType());
                boolean none = index.manifests().stream().noneMatch(child -> blobs.lies(child.digest()));
                for (Descriptor child : index.manifests()) {
                    follow(child, depth + 1, none);
                }
            } else {
                follow(Manifest.parse(blobs.peek(target.digest()), target.mediaType()));
            }
        } catch (MalformedDocument | JbuildException e) {
            // It is among the damaged blobs, or says nothing that could be used.
        }
    }

    private void follow(Manifest manifest) {
        visitor.config(manifest.config());
        List<DiffId> diffIds = diffIds(manifest.config());
        boolean fits = diffIds.size() == manifest.layers().size();
        for (int i = 0; i < manifest.layers().size(); i++) {
            Descriptor layer = manifest.layers().get(i);
            Optional<DiffId> plain =
                    References.isPlain(layer) ? Optional.of(new DiffId(layer.digest())) : Optional.empty();
            Optional<DiffId> diffId = fits ? Optional.of(diffIds.get(i)) : plain;
            visitor.layer(layer, diffId, fits ? List.copyOf(diffIds.subList(0, i)) : List.of());
        }
    }

    /** None if it isn't that of an image but of an artifact, which has no layers to unpack. */
    private List<DiffId> diffIds(Descriptor config) {
        String type = config.mediaType();
        boolean ofImage = type.equals(MediaTypes.OCI_CONFIG) || type.equals(MediaTypes.DOCKER_CONFIG);
        if (!ofImage || !blobs.lies(config.digest())) {
            return List.of();
        }
        try {
            return ImageConfig.parse(blobs.peek(config.digest())).diffIds();
        } catch (MalformedDocument | JbuildException e) {
            return List.of();
        }
    }
}
