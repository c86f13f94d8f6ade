/**
 * What COPY, ADD and WORKDIR do, told as changes to an upper directory: no mount is needed, because the merged view of the
 * base answers where a destination lies.
 *
 * <p>{@link dev.jbuild.solver.copy.CopyStep} selects files (for the cache key) and copies them; {@link
 * dev.jbuild.solver.copy.DirectoryStep} makes directories. Both leave the upper directory as overlayfs would have it. What a copy
 * would leave can also only be planned: {@code WrittenFiles} makes it, {@code PlannedFiles} notes it.
 *
 * <p>Invariant: no path of an image, an archive or a Buildfile is followed by the kernel. All symlinks are resolved
 * here, inside the root, and what is written lies at a path whose parents this package made.
 */
@NullMarked
package dev.jbuild.solver.copy;

import org.jspecify.annotations.NullMarked;
