package dev.jbuild.layer;

import dev.jbuild.oci.Digest;
import dev.jbuild.sys.RawPath;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One path of a layer, with all that a layer says of it.
 *
 * @param mode permission, set-id and sticky bits (07777)
 * @param size bytes of a file's content, 0 for all else
 * @param mtimeSeconds modification time, seconds since the epoch; layers don't keep fractions
 * @param linkTarget a symlink's target as it stands, empty for all else
 * @param xattrs extended attributes by full name; a value's bytes are its chars (ISO 8859-1)
 * @param content the digest of a file's content; absent for all else
 * @param hardLinkTo the entry of this layer that this is another name of: always the first of them in path order, whose
 *     own is absent. All other fields repeat those of that entry.
 * @param opaque a directory that hides what lower layers have in it
 */
public record LayerEntry(
        RawPath path,
        EntryType type,
        int mode,
        long uid,
        long gid,
        long size,
        long mtimeSeconds,
        String linkTarget,
        int deviceMajor,
        int deviceMinor,
        NavigableMap<String, String> xattrs,
        Optional<Digest> content,
        Optional<RawPath> hardLinkTo,
        boolean opaque) {
    public LayerEntry {
        xattrs = xattrs.isEmpty()
                ? Collections.emptyNavigableMap()
                : Collections.unmodifiableNavigableMap(new TreeMap<>(xattrs));
    }

    public static LayerEntry whiteout(RawPath path) {
        return new LayerEntry(
                path,
                EntryType.WHITEOUT,
                0,
                0,
                0,
                0,
                0,
                "",
                0,
                0,
                Collections.emptyNavigableMap(),
                Optional.empty(),
                Optional.empty(),
                false);
    }

    /** The same entry with another time. */
    public LayerEntry withMtimeSeconds(long seconds) {
        return new LayerEntry(
                path,
                type,
                mode,
                uid,
                gid,
                size,
                seconds,
                linkTarget,
                deviceMajor,
                deviceMinor,
                xattrs,
                content,
                hardLinkTo,
                opaque);
    }

    /** The same entry with other permissions. */
    public LayerEntry withMode(int bits) {
        return new LayerEntry(
                path,
                type,
                bits,
                uid,
                gid,
                size,
                mtimeSeconds,
                linkTarget,
                deviceMajor,
                deviceMinor,
                xattrs,
                content,
                hardLinkTo,
                opaque);
    }

    /** The same file at another path, perhaps as another name of one, or hiding what is below it. */
    public LayerEntry at(RawPath other, Optional<RawPath> otherHardLinkTo, boolean hiding) {
        return new LayerEntry(
                other,
                type,
                mode,
                uid,
                gid,
                size,
                mtimeSeconds,
                linkTarget,
                deviceMajor,
                deviceMinor,
                xattrs,
                content,
                otherHardLinkTo,
                hiding);
    }

    public boolean isDirectory() {
        return type == EntryType.DIRECTORY;
    }

    /** A symlink's target as bytes; {@link #linkTarget} holds one byte a char. */
    public byte[] linkTargetBytes() {
        return linkTarget.getBytes(StandardCharsets.ISO_8859_1);
    }
}
