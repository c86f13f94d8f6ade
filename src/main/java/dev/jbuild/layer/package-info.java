/**
 * The tar codec of layers: entries, PAX headers, whiteouts, the deterministic writer, the strict reader, compression and
 * the index; and where symlinks lead in a tree of entries.
 *
 * <p>Invariant: the same diff directory gives the same bytes, on any machine; everything streams. The archive's bytes are
 * fixed by {@link dev.jbuild.layer.LayerTarWriter#VERSION}; the reader agrees with Go's where readers differ.
 *
 * <p>What others made is read within {@link dev.jbuild.layer.ArchiveLimits}.
 */
@NullMarked
package dev.jbuild.layer;

import org.jspecify.annotations.NullMarked;
