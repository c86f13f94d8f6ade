/**
 * Walks the graph: keys, look-ups, runs, commits; parallel and cancellable.
 *
 * <p>A step that another build runs at the same time is not run again but waited for. Locks are taken only after a look-up
 * has missed, each by whoever holds no other of them.
 *
 * <p>A step whose processes do nothing for long is left alone, but its log tells what they wait for ({@code StallWatch}).
 *
 * <p>{@link dev.jbuild.solver.Foresight} says with the same keys and look-ups what would become of each step, and does nothing.
 *
 * <p>Invariant: a vertex runs at most once in a build; failed and cancelled vertices record nothing.
 */
@NullMarked
package dev.jbuild.solver;

import org.jspecify.annotations.NullMarked;
