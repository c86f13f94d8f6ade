package dev.jbuild.image;

import dev.jbuild.fs.Metadata;
import dev.jbuild.fs.TreeWriter;
import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.layer.LayerTarWriter;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.snapshot.MergedView.Found;
import dev.jbuild.sys.HostPaths;
import dev.jbuild.sys.RawPath;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The files that a stack of layers shows, taken from the layers' directories: nothing is mounted. */
final class RootFiles {
    private final LayerStack root;
    private final Cancellation cancellation;

    RootFiles(LayerStack root, Cancellation cancellation) {
        this.root = root;
        this.cancellation = cancellation;
    }

    /** A file of one layer, whatever its names are. */
    private record Inode(int layer, RawPath firstName) {}

    /** The visible entries in path order, hard links being links to the first name that is still visible. */
    private List<Found> entries() throws JbuildException {
        List<Found> entries = new ArrayList<>();
        Map<Inode, RawPath> firstVisible = new HashMap<>();
        for (Found found : root.view().beneath(RawPath.ROOT)) {
            LayerEntry entry = found.entry();
            if (entry.type() == EntryType.WHITEOUT) {
                continue;
            }
            Optional<RawPath> link = Optional.empty();
            if (entry.type() != EntryType.DIRECTORY) {
                Inode inode = new Inode(found.layer(), entry.hardLinkTo().orElse(entry.path()));
                link = Optional.ofNullable(firstVisible.putIfAbsent(inode, entry.path()));
            }
            entries.add(new Found(visible(entry, link), found.layer()));
        }
        return entries;
    }

    private static LayerEntry visible(LayerEntry entry, Optional<RawPath> hardLinkTo) {
        return new LayerEntry(
                entry.path(),
                entry.type(),
                entry.mode(),
                entry.uid(),
                entry.gid(),
                entry.size(),
                entry.mtimeSeconds(),
                entry.linkTarget(),
                entry.deviceMajor(),
                entry.deviceMinor(),
                entry.xattrs(),
                entry.content(),
                hardLinkTo,
                false);
    }

    private static boolean hasContent(LayerEntry entry) {
        return entry.type() == EntryType.FILE && entry.hardLinkTo().isEmpty() && entry.size() > 0;
    }

    private InputStream open(Found found) throws IOException {
        Path directory = root.layers().get(found.layer()).directory();
        return Files.newInputStream(HostPaths.resolve(directory, found.entry().path()), LinkOption.NOFOLLOW_LINKS);
    }

    void writeTar(OutputStream out) throws IOException, JbuildException {
        try (LayerTarWriter writer = new LayerTarWriter(out)) {
            for (Found found : entries()) {
                cancellation.throwIfCancelled();
                if (hasContent(found.entry())) {
                    try (InputStream content = open(found)) {
                        writer.add(found.entry(), content);
                    }
                } else {
                    writer.add(found.entry());
                }
            }
        }
    }

    void writeDirectory(Path directory) throws IOException, JbuildException {
        Files.createDirectories(directory);
        try (TreeWriter writer = TreeWriter.open(directory.toRealPath(), TreeWriter.Ownership.OF_CALLER)) {
            for (Found found : entries()) {
                cancellation.throwIfCancelled();
                write(writer, found);
            }
            writer.finish();
        }
    }

    private void write(TreeWriter writer, Found found) throws IOException {
        LayerEntry entry = found.entry();
        Metadata metadata = metadata(entry);
        if (entry.isDirectory()) {
            writer.directory(entry.path(), metadata);
        } else if (entry.hardLinkTo().isPresent()) {
            writer.hardLink(entry.path(), entry.hardLinkTo().get());
        } else if (entry.type() == EntryType.FILE) {
            try (InputStream content = hasContent(entry) ? open(found) : InputStream.nullInputStream()) {
                writer.file(entry.path(), metadata, content);
            }
        } else {
            writer.special(entry.path(), metadata);
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
