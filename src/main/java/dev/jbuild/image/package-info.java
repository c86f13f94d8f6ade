/**
 * Assembles manifests; importers and exporters: archives, layouts, directories, registries, the store.
 *
 * <p>Invariant: an image gets its name only when all it refers to is durable.
 */
@NullMarked
package dev.jbuild.image;

import org.jspecify.annotations.NullMarked;
