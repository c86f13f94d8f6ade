package dev.jbuild.snapshot;

import dev.jbuild.fs.Metadata;
import dev.jbuild.fs.Whiteouts;
import dev.jbuild.sys.DirectoryItem;
import dev.jbuild.sys.Fd;
import dev.jbuild.sys.Linux;
import dev.jbuild.sys.RawPath;
import dev.jbuild.sys.Stat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lists an overlayfs upper directory, in path order, the root first. */
final class UpperTree {
    private final List<UpperEntry> entries = new ArrayList<>();

    private final LayerXattrs xattrs;

    private UpperTree(LayerXattrs xattrs) {
        this.xattrs = xattrs;
    }

    static List<UpperEntry> list(Path upper) throws IOException {
        UpperTree tree = new UpperTree(LayerXattrs.ofThisProcess());
        try (Fd root = Linux.openDirectory(upper)) {
            tree.add(root, RawPath.ROOT, null, RawPath.ROOT);
        }
        return tree.entries;
    }

    private void add(Fd in, RawPath name, @Nullable UpperEntry parent, RawPath path) throws IOException {
        Stat stat = Linux.lstat(in, name);
        if (Whiteouts.isDevice(stat)) {
            entries.add(UpperEntry.whiteout(path, parent, stat, xattrs));
            return;
        }
        Metadata metadata = Metadata.of(stat, in, name);
        if (xattrs.isWhiteout(metadata)) {
            entries.add(UpperEntry.whiteout(path, parent, stat, xattrs));
            return;
        }
        refuseForeignFormats(path, metadata);
        UpperEntry entry = UpperEntry.of(path, parent, stat, metadata, xattrs);
        entries.add(entry);
        if (stat.isDirectory()) {
            addChildren(in, name, entry);
        }
    }

    private void addChildren(Fd in, RawPath name, UpperEntry parent) throws IOException {
        try (Fd directory = Linux.openDirectoryAt(in, name)) {
            List<DirectoryItem> items = Linux.list(directory);
            items.sort(Comparator.comparing(DirectoryItem::name));
            for (DirectoryItem item : items) {
                add(directory, item.name(), parent, parent.path.resolve(item.name()));
            }
        }
    }

    /** Features of overlayfs that jbuild mounts without: a layer made with them can't stand alone. */
    private void refuseForeignFormats(RawPath path, Metadata metadata) throws IOException {
        for (String feature : List.of("redirect", "metacopy")) {
            if (xattrs.hasMark(metadata.xattrs(), feature)) {
                throw new IOException(
                        path + " was written with overlayfs's " + feature + ", which must be off for the store");
            }
        }
    }
}
