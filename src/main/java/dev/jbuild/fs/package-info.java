/**
 * Trees on top of {@code sys}: paths resolved inside a root, metadata, walking, copying.
 *
 * <p>Invariant: a path that comes from an image, an archive or a Buildfile is never joined to a host path; it is
 * opened beneath a directory descriptor.
 */
@NullMarked
package dev.jbuild.fs;

import org.jspecify.annotations.NullMarked;
