package dev.jbuild.engine;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import java.util.List;

/**
 * What a build made.
 *
 * @param imageId the digest of the image configuration, or of the index of several images
 * @param manifest what was delivered: an image's manifest, or an index
 * @param names what it is called
 */
public record BuildResult(Digest imageId, Descriptor manifest, List<ImageReference> names) {
    public BuildResult {
        names = List.copyOf(names);
    }
}
