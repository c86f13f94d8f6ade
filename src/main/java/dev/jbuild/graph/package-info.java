/**
 * From instructions to a graph of vertices, pruned to what the target needs.
 *
 * <p>{@link dev.jbuild.graph.GraphBuilder} is the entry. It follows BuildKit's Dockerfile frontend in what stages,
 * arguments, triggers and instructions mean, in the names of steps and in the texts of history; where BuildKit refuses
 * variables in {@code COPY --from}, it does as buildah. What the language has and jbuild doesn't carry out yet is
 * refused in words.
 *
 * <p>Invariant: pure; base image configurations are asked for through a port and nothing else comes from outside. Only
 * bases that the target needs are asked for. Stages that do the same to the same share a vertex. A directory of files
 * that serves as a root file system is a copy onto nothing, so that a root is always an image or layers on it.
 */
@NullMarked
package dev.jbuild.graph;

import org.jspecify.annotations.NullMarked;
