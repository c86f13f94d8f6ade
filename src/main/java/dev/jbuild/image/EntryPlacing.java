package dev.jbuild.image;

import dev.jbuild.fs.Metadata;
import dev.jbuild.fs.TreeWriter;
import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import java.io.IOException;
import java.io.InputStream;

/** Entries of layers as they are put where no layer is. */
final class EntryPlacing {
    private EntryPlacing() {}

    static boolean hasContent(LayerEntry entry) {
        return entry.type() == EntryType.FILE && entry.hardLinkTo().isEmpty() && entry.size() > 0;
    }

    /** @param content of a file that isn't the further name of another; not read for all else */
    static void write(TreeWriter writer, LayerEntry entry, InputStream content) throws IOException {
        if (entry.isDirectory()) {
            writer.directory(entry.path(), metadata(entry));
        } else if (entry.hardLinkTo().isPresent()) {
            writer.hardLink(entry.path(), entry.hardLinkTo().get());
        } else if (entry.type() == EntryType.FILE) {
            writer.file(entry.path(), metadata(entry), content);
        } else {
            writer.special(entry.path(), metadata(entry));
        }
    }

    private static Metadata metadata(LayerEntry entry) {
        return new Metadata(
                kind(entry.type()),
                entry.mode(),
                entry.uid(),
                entry.gid(),
                entry.mtimeSeconds(),
                0,
                entry.linkTarget(),
                entry.deviceMajor(),
                entry.deviceMinor(),
                entry.xattrs());
    }

    private static Metadata.Kind kind(EntryType type) {
        return switch (type) {
            case FILE -> Metadata.Kind.FILE;
            case DIRECTORY -> Metadata.Kind.DIRECTORY;
            case SYMLINK -> Metadata.Kind.SYMLINK;
            case CHARACTER_DEVICE, WHITEOUT -> Metadata.Kind.CHARACTER_DEVICE;
            case BLOCK_DEVICE -> Metadata.Kind.BLOCK_DEVICE;
            case FIFO -> Metadata.Kind.FIFO;
        };
    }
}
