/**
 * Layer stacks: the merged view over their indexes, capture of an upper directory as a layer, and applying a tar as
 * a diff directory.
 *
 * <p>Invariant: apply of a capture is the identity; a layer never refers to its parents.
 */
@NullMarked
package dev.jbuild.snapshot;

import org.jspecify.annotations.NullMarked;
