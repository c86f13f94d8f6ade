package dev.jbuild.solver.copy;

import dev.jbuild.layer.EntryType;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.sys.RawPath;
import dev.jbuild.sys.Stat;
import java.io.IOException;
import java.io.InputStream;

/**
 * Makes what is to be in an upper directory. All parents of a path must be directories that were made here. Contents may be
 * given by many threads at once, all else is for one.
 */
interface UpperFiles extends AutoCloseable {
    void makeDirectory(RawPath path) throws IOException;

    void delete(RawPath path) throws IOException;

    void deleteDirectory(RawPath path) throws IOException;

    /** Makes a file, whose content may be asked for later. */
    void makeFile(RawPath path, FileSource source) throws IOException, JbuildException;

    /** Makes a file of what is read by this call. */
    void makeFile(RawPath path, InputStream content) throws IOException;

    void makeHardLink(RawPath path, RawPath existing) throws IOException;

    /** A symlink, device or fifo. */
    default void makeSpecial(RawPath path, LayerEntry entry) throws IOException {
        switch (entry.type()) {
            case SYMLINK -> makeSymlink(path, entry.linkTarget());
            case CHARACTER_DEVICE -> makeNode(path, Stat.CHARACTER_DEVICE, entry.deviceMajor(), entry.deviceMinor());
            case BLOCK_DEVICE -> makeNode(path, Stat.BLOCK_DEVICE, entry.deviceMajor(), entry.deviceMinor());
            case FIFO -> makeNode(path, Stat.FIFO, 0, 0);
            default -> throw new IllegalArgumentException("not a special file: " + entry);
        }
    }

    void makeSymlink(RawPath path, String latin1Target) throws IOException;

    /** @param type one of {@link Stat}'s */
    void makeNode(RawPath path, int type, int major, int minor) throws IOException;

    void makeWhiteout(RawPath path) throws IOException;

    void makeOpaque(RawPath path) throws IOException;

    /** Sets everything: owner before mode and attributes, as a change of owner clears set-id bits and capabilities. */
    void describe(RawPath path, EntryType type, Attributes attributes) throws IOException;

    /** Sets all but extended attributes of a file or directory; may be called by many threads at once. */
    void describeQuickly(RawPath path, EntryType type, Attributes attributes) throws IOException;

    /** As far as the file system takes them. */
    void setXattrs(RawPath path, Attributes attributes) throws IOException;

    @Override
    void close();
}
