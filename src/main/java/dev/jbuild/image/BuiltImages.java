package dev.jbuild.image;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageIndex;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.store.Store;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a build made: one image, or an index of several.
 *
 * @param images in the order the platforms were asked for
 * @param index absent for one image that stands for itself
 * @param annotations what refers to the index carries
 */
public record BuiltImages(List<BuiltImage> images, Optional<ImageIndex> index, Map<String, String> annotations) {
    public BuiltImages {
        images = List.copyOf(images);
        annotations = Map.copyOf(annotations);
        if (images.isEmpty() || (index.isEmpty() && images.size() > 1)) {
            throw new IllegalArgumentException(images.size() + " images without an index");
        }
    }

    /** One image that stands for itself. */
    public static BuiltImages of(BuiltImage image) {
        return new BuiltImages(List.of(image), Optional.empty(), Map.of());
    }

    /** An image that was there already. */
    static BuiltImages of(LocalImage image) {
        return of(BuiltImage.of(image));
    }

    /** Puts an index of the images into the store. */
    public static BuiltImages indexed(List<BuiltImage> images, Store store) throws JbuildException {
        return indexed(images, MediaTypes.OCI_INDEX, Map.of(), Map.of(), store);
    }

    static BuiltImages indexed(
            List<BuiltImage> images,
            String mediaType,
            Map<String, String> ofIndex,
            Map<String, String> ofDescriptor,
            Store store)
            throws JbuildException {
        List<Descriptor> entries = images.stream().map(BuiltImage::entry).toList();
        ImageIndex index = ImageIndex.of(mediaType, entries, ofIndex);
        store.blobs().put(index.raw().bytes());
        return new BuiltImages(images, Optional.of(index), ofDescriptor);
    }

    /** What a name of the result points to. */
    Descriptor target() {
        return index.map(ImageIndex::descriptor)
                .orElseGet(() -> images.get(0).image().manifest().descriptor());
    }

    /** What refers to the result: its digest, what it is for and the annotations that were asked for. */
    public Descriptor descriptor() {
        if (index.isEmpty()) {
            return images.get(0).entry();
        }
        Descriptor own = index.get().descriptor();
        return new Descriptor(own.mediaType(), own.digest(), own.size(), annotations, Optional.empty());
    }

    /** The image's ID; an index is known by its own digest. */
    public Digest id() {
        return index.map(own -> own.raw().digest())
                .orElseGet(() -> images.get(0).image().id());
    }

    /** The image for this machine, or else the first; its target is the whole result. */
    public LocalImage representative(Platform host) {
        BuiltImage chosen = images.stream()
                .filter(image -> host.accepts(image.platform()))
                .findFirst()
                .orElse(images.get(0));
        LocalImage image = chosen.image();
        return new LocalImage(target(), image.manifest(), image.config(), image.id());
    }
}
