package dev.jbuild.inspect;

import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.LayerIndex;
import dev.jbuild.oci.Digest;
import dev.jbuild.sys.RawPath;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Layers in few words. Files of the same path and size are the same. */
final class Entries {
    private Entries() {}

    static LayerEntry entry(String path, EntryType type, long size, String linkTo, boolean opaque) {
        return new LayerEntry(
                RawPath.of(path),
                type,
                0755,
                0,
                0,
                size,
                0,
                "",
                0,
                0,
                Collections.emptyNavigableMap(),
                type == EntryType.FILE ? Optional.of(Digest.sha256((path + size).getBytes())) : Optional.empty(),
                linkTo.isEmpty() ? Optional.empty() : Optional.of(RawPath.of(linkTo)),
                opaque);
    }

    static LayerEntry file(String path, long size) {
        return entry(path, EntryType.FILE, size, "", false);
    }

    static LayerEntry link(String path, String first, long size) {
        return entry(path, EntryType.FILE, size, first, false);
    }

    static LayerEntry opaque(String path) {
        return entry(path, EntryType.DIRECTORY, 0, "", true);
    }

    static LayerEntry directory(String path) {
        return entry(path, EntryType.DIRECTORY, 0, "", false);
    }

    static LayerEntry gone(String path) {
        return LayerEntry.whiteout(RawPath.of(path));
    }

    static LayerIndex layer(LayerEntry... entries) {
        return LayerIndex.of(List.of(entries));
    }

    static LayerEntry withMode(LayerEntry entry, int mode) {
        return new LayerEntry(
                entry.path(),
                entry.type(),
                mode,
                entry.uid(),
                entry.gid(),
                entry.size(),
                entry.mtimeSeconds(),
                entry.linkTarget(),
                entry.deviceMajor(),
                entry.deviceMinor(),
                entry.xattrs(),
                entry.content(),
                entry.hardLinkTo(),
                entry.opaque());
    }
}
