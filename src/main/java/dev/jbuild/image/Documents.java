package dev.jbuild.image;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.oci.ImageIndex;
import dev.jbuild.oci.MalformedDocument;
import dev.jbuild.oci.Manifest;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.StoreCorrupted;
import dev.jbuild.problem.UserError;
import dev.jbuild.store.BlobSource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads indexes, manifests and configurations in the blob store. */
final class Documents {
    private static final int DEEPEST_NESTING = 4;

    private final BlobSource blobs;

    Documents(BlobSource blobs) {
        this.blobs = blobs;
    }

    /** The image for a platform behind a manifest or an index; nothing if it, or a part of it, isn't there. */
    Optional<LocalImage> image(Descriptor target, Platform platform) throws JbuildException {
        Optional<Descriptor> manifest = choose(target, platform, 0);
        return manifest.isPresent() ? image(target, manifest.get()) : Optional.empty();
    }

    /** Any image behind a manifest or an index. */
    Optional<LocalImage> anyImage(Descriptor target) throws JbuildException {
        for (Descriptor manifest : manifests(target)) {
            Optional<LocalImage> image = imageHere(target, manifest);
            if (image.isPresent()) {
                return image;
            }
        }
        return Optional.empty();
    }

    /** All images behind a manifest or an index whose documents are there. */
    List<LocalImage> allImages(Descriptor target) throws JbuildException {
        List<LocalImage> images = new ArrayList<>();
        for (Descriptor manifest : manifests(target)) {
            imageHere(target, manifest).ifPresent(images::add);
        }
        return images;
    }

    private Optional<LocalImage> imageHere(Descriptor target, Descriptor manifest) throws JbuildException {
        return blobs.has(manifest.digest()) ? image(target, manifest) : Optional.empty();
    }

    /** All manifests behind a manifest or an index, whether they are there or not. */
    List<Descriptor> manifests(Descriptor target) throws JbuildException {
        List<Descriptor> found = new ArrayList<>();
        collect(target, found, 0);
        return found;
    }

    private void collect(Descriptor target, List<Descriptor> into, int depth) throws JbuildException {
        if (!isIndex(target)) {
            into.add(target);
        } else if (depth < DEEPEST_NESTING && blobs.has(target.digest())) {
            for (Descriptor child : index(target).manifests()) {
                collect(child, into, depth + 1);
            }
        }
    }

    private Optional<Descriptor> choose(Descriptor target, Platform platform, int depth) throws JbuildException {
        if (!blobs.has(target.digest())) {
            return Optional.empty();
        }
        if (!isIndex(target)) {
            return Optional.of(target);
        }
        Optional<Descriptor> chosen = forPlatform(index(target), platform);
        return chosen.isPresent() && depth < DEEPEST_NESTING
                ? choose(chosen.get(), platform, depth + 1)
                : Optional.empty();
    }

    /** The entry for a platform; an only entry that doesn't say its platform will do for any. */
    static Optional<Descriptor> forPlatform(ImageIndex index, Platform platform) {
        Optional<Descriptor> chosen = index.manifestFor(platform);
        boolean only = index.manifests().size() == 1
                && index.manifests().get(0).platform().isEmpty();
        return chosen.isEmpty() && only ? Optional.of(index.manifests().get(0)) : chosen;
    }

    private Optional<LocalImage> image(Descriptor target, Descriptor manifestDescriptor) throws JbuildException {
        Manifest manifest = manifest(manifestDescriptor);
        if (!blobs.has(manifest.config().digest())) {
            return Optional.empty();
        }
        if (!isImageConfig(manifest.config())) {
            return Optional.empty();
        }
        return Optional.of(new LocalImage(
                target, manifest, config(manifest), manifest.config().digest()));
    }

    static boolean isIndex(Descriptor target) {
        return MediaTypes.isIndex(target.mediaType());
    }

    static boolean isImageConfig(Descriptor config) {
        return config.mediaType().equals(MediaTypes.OCI_CONFIG)
                || config.mediaType().equals(MediaTypes.DOCKER_CONFIG);
    }

    Manifest manifest(Descriptor descriptor) throws JbuildException {
        try {
            return Manifest.parse(blobs.read(descriptor.digest()), descriptor.mediaType());
        } catch (MalformedDocument e) {
            throw new StoreCorrupted("blob " + descriptor.digest() + " isn't a manifest: " + e.getMessage(), e);
        }
    }

    ImageIndex index(Descriptor descriptor) throws JbuildException {
        try {
            return ImageIndex.parse(blobs.read(descriptor.digest()), descriptor.mediaType());
        } catch (MalformedDocument e) {
            throw new StoreCorrupted("blob " + descriptor.digest() + " isn't an index: " + e.getMessage(), e);
        }
    }

    /**
     * The configuration of an image.
     *
     * @throws UserError if it doesn't fit the manifest
     */
    ImageConfig config(Manifest manifest) throws JbuildException {
        ImageConfig config;
        try {
            config = ImageConfig.parse(blobs.read(manifest.config().digest()));
        } catch (MalformedDocument e) {
            throw new UserError(
                    "the configuration " + manifest.config().digest() + " is malformed: " + e.getMessage(), e);
        }
        if (config.diffIds().size() != manifest.layers().size()) {
            throw new UserError("the image " + manifest.raw().digest() + " has "
                    + manifest.layers().size() + " layers but its configuration has "
                    + config.diffIds().size());
        }
        return config;
    }

    /** What a document is that came with a media type that may be wrong or missing: its own words count. */
    static Descriptor describe(byte[] document, String contentType) {
        // The full parse comes later; this only tells a list of manifests from one.
        boolean index = looksLikeIndex(document);
        boolean fits = index ? MediaTypes.isIndex(contentType) : MediaTypes.isManifest(contentType);
        String fallback = index ? MediaTypes.OCI_INDEX : MediaTypes.OCI_MANIFEST;
        return new Descriptor(fits ? contentType : fallback, dev.jbuild.oci.Digest.sha256(document), document.length);
    }

    private static boolean looksLikeIndex(byte[] document) {
        try {
            ImageIndex.parse(document, "");
            return true;
        } catch (MalformedDocument e) {
            return false;
        }
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
