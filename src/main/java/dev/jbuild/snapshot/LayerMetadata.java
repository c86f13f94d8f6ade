package dev.jbuild.snapshot;

import dev.jbuild.fs.Metadata;
import dev.jbuild.fs.TreeWriter;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.sys.RawPath;
import java.io.IOException;
import java.nio.file.Path;

/** Entries of layers as metadata of files. */
public final class LayerMetadata {
    private LayerMetadata() {}

    /** What a file made of this entry has; the entry isn't a whiteout. */
    public static Metadata of(LayerEntry entry) {
        Metadata.Kind kind = switch (entry.type()) {
            case FILE -> Metadata.Kind.FILE;
            case DIRECTORY -> Metadata.Kind.DIRECTORY;
            case SYMLINK -> Metadata.Kind.SYMLINK;
            case CHARACTER_DEVICE -> Metadata.Kind.CHARACTER_DEVICE;
            case BLOCK_DEVICE -> Metadata.Kind.BLOCK_DEVICE;
            case FIFO -> Metadata.Kind.FIFO;
            case WHITEOUT -> throw new IllegalArgumentException("a whiteout isn't a file: " + entry.path());
        };
        return new Metadata(
                kind,
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

    /**
     * Gives a fresh upper directory the attributes of the root below it, for overlayfs shows those of the upper one. To be
     * called before a step writes to it.
     */
    public static void prepareUpper(Path upper, MergedView lower) throws JbuildException {
        LayerEntry root = lower.find(RawPath.ROOT).orElseThrow().entry();
        boolean plain = root.mode() == 0755
                && root.uid() == 0
                && root.gid() == 0
                && root.xattrs().isEmpty();
        if (plain) {
            return;
        }
        try (TreeWriter writer = TreeWriter.open(upper, TreeWriter.Ownership.KEEP)) {
            writer.directory(RawPath.ROOT, of(root));
            writer.finish();
        } catch (IOException e) {
            throw Failures.of("could not prepare the upper directory", e);
        }
    }
}
