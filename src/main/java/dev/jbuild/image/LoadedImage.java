package dev.jbuild.image;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import java.util.List;

/**
 * An image that was read from an archive or a layout.
 *
 * @param names the names it was given, none for an image without one
 * @param id the digest of the configuration; for an index without an image for this platform the digest of the index
 * @param target what the names point to
 */
public record LoadedImage(List<ImageReference> names, Digest id, Descriptor target) {
    public LoadedImage {
        names = List.copyOf(names);
    }
}
