/**
 * Walks the graph: keys, look-ups, runs, commits; parallel and cancellable.
 *
 * <p>Invariant: a vertex runs at most once in a build; failed and cancelled vertices record nothing.
 */
@NullMarked
package dev.jbuild.solver;

import org.jspecify.annotations.NullMarked;
