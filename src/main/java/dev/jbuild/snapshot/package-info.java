/**
 * Layer stacks: the merged view over their indexes, capture of an upper directory as a layer, and applying a tar as
 * a diff directory, or reading it as if it were applied ({@link dev.jbuild.snapshot.LayerScan}). A diff directory is checked
 * against its index by {@link dev.jbuild.snapshot.LayerCheck} and mended by {@link dev.jbuild.snapshot.LayerRepair}.
 *
 * <p>What a step would put into an upper directory can also be said, file by file, and made a tar right away ({@link
 * dev.jbuild.snapshot.PlannedLayer}): a layer that no process sees needs no directory. {@link
 * dev.jbuild.snapshot.PackedLayers} finds such layers, and unpacks them when they are mounted after all. Such a tar is written upon another one of
 * the store that has most of its bytes: the one that the same instruction made before, or any that has its largest files.
 *
 * <p>Invariant: apply of a capture is the identity; a layer never refers to its parents.
 */
@NullMarked
package dev.jbuild.snapshot;

import org.jspecify.annotations.NullMarked;
