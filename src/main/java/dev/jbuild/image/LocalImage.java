package dev.jbuild.image;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.oci.Manifest;

/**
 * An image of the store, for one platform.
 *
 * @param target what its name points to: the manifest, or an index that the manifest was chosen from
 * @param id the digest of the configuration
 */
public record LocalImage(Descriptor target, Manifest manifest, ImageConfig config, Digest id) {
    /** This image by itself, even where its name points to an index of several. */
    public LocalImage alone() {
        return new LocalImage(manifest.descriptor(), manifest, config, id);
    }
}
