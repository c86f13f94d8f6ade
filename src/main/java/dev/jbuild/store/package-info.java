/**
 * The content-addressed store on disk: blobs, layers, names, leases, cache records.
 *
 * <p>Invariant: a blob or layer is visible only when whole; any number of processes share a store; nothing is deleted
 * that a live lease or a name reaches.
 */
@NullMarked
package dev.jbuild.store;

import org.jspecify.annotations.NullMarked;
