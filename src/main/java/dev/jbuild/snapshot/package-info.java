/**
 * Layer stacks: the merged view over their indexes, capture of an upper directory as a layer, and applying a tar as
 * a diff directory, or reading it as if it were applied ({@link dev.jbuild.snapshot.LayerScan}). A diff directory is checked
 * against its index by {@link dev.jbuild.snapshot.LayerCheck} and mended by {@link dev.jbuild.snapshot.LayerRepair}.
 *
 * <p>Invariant: apply of a capture is the identity; a layer never refers to its parents.
 */
@NullMarked
package dev.jbuild.snapshot;

import org.jspecify.annotations.NullMarked;
