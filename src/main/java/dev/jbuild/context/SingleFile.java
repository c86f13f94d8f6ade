package dev.jbuild.context;

import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.sys.RawPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** A tree that holds nothing but one file, which belongs to root. */
public final class SingleFile implements SourceTree {
    private static final RawPath UP = RawPath.of("..");

    private final Path content;
    private final LayerEntry directory;
    private final LayerEntry file;

    /**
     * @param name what the file is called in the tree
     * @param content where this machine has it
     */
    public SingleFile(String name, int mode, long size, long mtimeSeconds, Digest digest, Path content) {
        this.content = content;
        this.directory = entry(RawPath.ROOT, EntryType.DIRECTORY, 0755, 0, mtimeSeconds, Optional.empty());
        this.file = entry(RawPath.of(name), EntryType.FILE, mode, size, mtimeSeconds, Optional.of(digest));
    }

    private static LayerEntry entry(
            RawPath path, EntryType type, int mode, long size, long mtimeSeconds, Optional<Digest> content) {
        return new LayerEntry(
                path,
                type,
                mode,
                0,
                0,
                size,
                mtimeSeconds,
                "",
                0,
                0,
                Collections.emptyNavigableMap(),
                content,
                Optional.empty(),
                false);
    }

    @Override
    public Optional<LayerEntry> find(RawPath path) {
        if (path.isRoot()) {
            return Optional.of(directory);
        }
        return path.equals(file.path()) ? Optional.of(file) : Optional.empty();
    }

    @Override
    public RawPath resolve(RawPath path, boolean followLast) {
        RawPath at = RawPath.ROOT;
        for (RawPath segment : path.segments()) {
            at = segment.equals(UP) ? at.parent() : at.resolve(segment);
        }
        return at;
    }

    @Override
    public List<LayerEntry> children(RawPath parent) {
        return parent.isRoot() ? List.of(file) : List.of();
    }

    @Override
    public InputStream open(RawPath path) throws JbuildException {
        try {
            return Files.newInputStream(located(path));
        } catch (IOException e) {
            throw new EnvironmentError("/" + path + " can't be read: " + e.getMessage(), e);
        }
    }

    @Override
    public Optional<FileChannel> onDisk(RawPath path) throws JbuildException {
        try {
            return Optional.of(FileChannel.open(located(path)));
        } catch (IOException e) {
            throw new EnvironmentError("/" + path + " can't be read: " + e.getMessage(), e);
        }
    }

    private Path located(RawPath path) throws JbuildException {
        if (!path.equals(file.path())) {
            throw new UserError("\"/" + path + "\": not found");
        }
        return content;
    }
}
