/**
 * The image model of the OCI specifications as values: digests, descriptors, manifests, indexes, configurations,
 * platforms and references.
 *
 * <p>Invariant: what was read keeps the raw bytes it came from, for the bytes are its identity; parsed fields are a
 * view. Pure: no files, no network, no clock.
 */
@NullMarked
package dev.jbuild.oci;

import org.jspecify.annotations.NullMarked;
