package dev.jbuild.engine;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;

/**
 * What a build made.
 *
 * @param imageId the digest of the image configuration
 * @param manifest the image in the store
 */
public record BuildResult(Digest imageId, Descriptor manifest) {}
