package dev.jbuild.layer;

import dev.jbuild.sys.RawPath;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * An entry of a tar as the archive says it, with its PAX records and GNU extensions applied but nothing else: whiteouts,
 * {@code ..} and absolute names are as they stand.
 *
 * @param rawName the name, one byte a char (ISO 8859-1)
 * @param mode the mode field without file type bits (07777)
 * @param size bytes of content that {@link LayerTarReader#content} gives, with holes filled; 0 for all but files
 * @param mtimeSeconds seconds since the epoch, rounded down
 * @param mtimeNanos the fraction of a second
 * @param rawLinkName the target of a symlink or hard link, one byte a char; empty for all else
 * @param xattrs extended attributes by full name; a value's bytes are its chars (ISO 8859-1)
 */
public record TarEntry(
        String rawName,
        Kind kind,
        int mode,
        long uid,
        long gid,
        long size,
        long mtimeSeconds,
        int mtimeNanos,
        String rawLinkName,
        int deviceMajor,
        int deviceMinor,
        NavigableMap<String, String> xattrs) {
    /** What an entry is. */
    public enum Kind {
        FILE,
        DIRECTORY,
        SYMLINK,
        HARD_LINK,
        CHARACTER_DEVICE,
        BLOCK_DEVICE,
        FIFO
    }

    public TarEntry {
        xattrs = xattrs.isEmpty()
                ? Collections.emptyNavigableMap()
                : Collections.unmodifiableNavigableMap(new TreeMap<>(xattrs));
    }

    /** The name as a path: without leading and trailing slashes and {@code .} segments, but with {@code ..}. */
    public RawPath path() {
        return RawPath.of(rawName.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The link name as a path, as a hard link means it. */
    public RawPath linkPath() {
        return RawPath.of(rawLinkName.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The name for people. */
    @Override
    public String toString() {
        return new String(rawName.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
