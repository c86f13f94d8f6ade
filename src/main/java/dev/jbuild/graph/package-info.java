/**
 * From instructions to a graph of vertices, pruned to what the target needs.
 *
 * <p>Invariant: pure; base image configurations are asked for through a port and nothing else comes from outside.
 */
@NullMarked
package dev.jbuild.graph;

import org.jspecify.annotations.NullMarked;
