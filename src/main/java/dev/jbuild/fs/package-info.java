/**
 * Trees on top of {@code sys}: metadata, entries written beneath a directory, content cloned or copied, deletion (at once or
 * behind the back of whoever is done); and streams that break when the work is cancelled.
 *
 * <p>Invariant: a path that comes from an image, an archive or a Buildfile is never joined to a host path; it is
 * opened beneath a directory descriptor, and no symlink in it is followed. Overlayfs's own marks (whiteouts, opaque
 * directories) are made here and nowhere else, and those of fuse-overlayfs turned into them.
 */
@NullMarked
package dev.jbuild.fs;

import org.jspecify.annotations.NullMarked;
