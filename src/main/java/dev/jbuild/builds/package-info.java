/**
 * What was built: a record and the logs of every build, and why its steps were not taken from the cache.
 *
 * <p>A build has a directory {@code builds/ID} in the store with {@code record.json}, which is written anew while it runs
 * and once more at its end, and {@code log/N}, what step N printed, whole,
 * and {@code scene/N}, what surrounded it if there was anything. While the build runs, the file {@code lock} is
 * locked. {@code builds/files} holds lists of the files that steps were given, named by what stands for them in the keys of
 * the steps; a list may be the difference from another, and one that no record and no list refers to is deleted with
 * the records that did.
 *
 * <p>Invariants: a build never fails because it can't be recorded, and reasons come from recorded preimages of keys, never
 * from guesses.
 */
@NullMarked
package dev.jbuild.builds;

import org.jspecify.annotations.NullMarked;
