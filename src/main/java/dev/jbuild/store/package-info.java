/**
 * The content-addressed store on disk: blobs, layers, names, leases, cache records.
 *
 * <p>Invariant: a blob or layer is visible only when whole; any number of processes share a store; nothing is deleted
 * that a live lease or a name reaches.
 *
 * <p>What nothing reaches, and cached things by rules, {@link dev.jbuild.store.Store#collect} deletes: an {@code Inventory}
 * of what there is, a {@code CollectionPlan} of what goes and why, the {@link dev.jbuild.store.CollectionJournal}, and only
 * then the deeds. {@link dev.jbuild.store.CollectionPolicy} has the rules for when nobody asks.
 *
 * <p>Names and cache records are rows of {@code jbuild.db}, which is opened by the first use. Each name is also a file in
 * {@code names}, from which a database that was lost is made again; nothing else reads it. Which layers and blobs there
 * are, the directories say. {@link dev.jbuild.store.StoreAudit} looks at all of it and takes nothing for granted. A process that works here has a directory in {@code ingest} and a file locked beside it; a
 * lease is a file in that directory, so it ends with the lock. A published file's time says when it was last put or found
 * under a lease; its permissions (0600, then 0644) say whether it has been synced, so what a power cut left is
 * recognised.
 *
 * <p>A blob that has most of its bytes in common with others is a file in {@code deltas} ({@code BlobDelta}): the new bytes,
 * and where the others stand in the files of those. They stay as long as it does. To all who read blobs it is one like any.
 *
 * <p>A blob that an image needs may be elsewhere yet: {@link dev.jbuild.store.Origins} says in which repository, a file each in
 * {@code origins}. What containers in the background need is kept as what has a name ({@link
 * dev.jbuild.store.HeldImages}).
 */
@NullMarked
package dev.jbuild.store;

import org.jspecify.annotations.NullMarked;
