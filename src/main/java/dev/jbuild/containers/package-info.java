/**
 * Containers that run in the background: what is known of each, its log, and what can be done with it.
 *
 * <p>Each has a directory in the store. {@code container.json} says what it was started with and never changes; what became of
 * it, its monitor appends to a status file ({@link dev.jbuild.sandbox.ContainerReport}). Whether it runs is never written
 * down: it runs as long as its monitor does, a process that is told from others by its number, when it was started, and the
 * boot of the machine. So nothing that is killed, nor the end of the machine, leaves a false word behind.
 *
 * <p>Invariant: a directory without a whole {@code container.json} is no container; what is being deleted has a name of its own.
 */
@NullMarked
package dev.jbuild.containers;

import org.jspecify.annotations.NullMarked;
