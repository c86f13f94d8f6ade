/**
 * The directories of {@code RUN --mount=type=cache}: how steps get them, and how people see, remove and carry them to other
 * machines.
 *
 * <p>In {@code cachemounts/} of the store a cache named N is the directory {@code N}, the record {@code N.about} that says
 * what it was made for and whose time is that of its last use, and {@code N.lock} ({@link dev.jbuild.store.KeptDirectories}). Invariant: whoever uses, reads or removes
 * the directory holds a lock on that file, which counts between threads and between processes; to be read as a whole or
 * removed it must be held alone. Directories {@code N.new…} and {@code N.old…} are being made or deleted by whoever holds
 * the lock of N alone; if nobody does, they are left from a crash.
 */
@NullMarked
package dev.jbuild.solver.caches;

import org.jspecify.annotations.NullMarked;
