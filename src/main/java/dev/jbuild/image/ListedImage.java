package dev.jbuild.image;

import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import java.time.Instant;
import java.util.Optional;

/**
 * A line of the list of images.
 *
 * @param name absent for an image without a name
 * @param id the digest of the configuration
 * @param size bytes of the layers' files as tar
 */
public record ListedImage(
        Optional<ImageReference> name, Digest id, Digest manifest, Optional<Instant> created, long size) {}
