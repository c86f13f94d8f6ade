/**
 * Assembles manifests; names, lists and removes images; imports and exports them: archives, layouts, directories,
 * registries, the store.
 *
 * <p>{@link dev.jbuild.image.ImageLibrary} is the entry for the images of a store, {@link
 * dev.jbuild.image.ImageAssembler} for what a build made. Layers that a build made are in manifests as they are,
 * uncompressed, and have no blob: {@link dev.jbuild.image.LayerBlobs} makes their tar from the directory when somebody
 * wants it. Compressing happens on the way out and is remembered.
 *
 * <p>{@link dev.jbuild.image.ImageEditor} makes images of others: with other settings, more layers, fewer, or another base.
 *
 * <p>Layers that no process sees stay packed ({@code PackedLayer}): their blob and what was read of it once are enough to list
 * them and to build upon them. Those that nobody looks into stay in their registry ({@code LazyLayers}).
 *
 * <p>{@link dev.jbuild.image.ImageInputs} opens images to be looked into, wherever they lie, without unpacking them. {@link
 * dev.jbuild.image.StoreVerifier} follows what images need, finds what is damaged, and makes it again.
 *
 * <p>Invariants: an image gets its name only when all it refers to is there and durable; whatever comes from outside is
 * checked against its digest; nothing larger than a document is held in memory.
 */
@NullMarked
package dev.jbuild.image;

import org.jspecify.annotations.NullMarked;
