package dev.jbuild.fs;

import dev.jbuild.sys.Fd;
import dev.jbuild.sys.Linux;
import dev.jbuild.sys.RawPath;
import dev.jbuild.sys.SyscallException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A directory of this machine, open, and the way to what is beneath it: no symlink on that way is followed, nothing above
 * it can be reached. For one thread.
 */
public final class TreeRoot implements AutoCloseable {
    private static final int CONFINED = Linux.RESOLVE_BENEATH | Linux.RESOLVE_NO_SYMLINKS | Linux.RESOLVE_NO_MAGICLINKS;
    /** The kernel takes no more than 4096 bytes at a time, with the NUL. */
    private static final int LONGEST = 4000;

    private final Fd root;
    private RawPath parentPath = RawPath.ROOT;
    private @Nullable Fd parent;

    private TreeRoot(Fd root) {
        this.root = root;
    }

    public static TreeRoot open(Path directory) throws SyscallException {
        return new TreeRoot(Linux.openDirectory(directory));
    }

    /**
     * The directory that the path's last segment is in. It is kept open until one for a path in another directory is asked
     * for: the caller neither closes nor keeps it.
     */
    public Fd parentOf(RawPath path) throws SyscallException {
        RawPath directory = path.parent();
        if (directory.isRoot()) {
            return root;
        }
        Fd open = parent;
        if (open == null || !directory.equals(parentPath)) {
            open = openDirectory(directory);
            forget();
            parent = open;
            parentPath = directory;
        }
        return open;
    }

    /** A directory beneath, or the root itself, for the caller to close. */
    public Fd openDirectory(RawPath path) throws SyscallException {
        if (path.bytes().length <= LONGEST) {
            return Linux.openDirectoryAt2(root, path, CONFINED);
        }
        Fd at = Linux.openDirectoryAt2(root, RawPath.ROOT, CONFINED);
        List<RawPath> segments = path.segments();
        for (RawPath segment : segments) {
            try (Fd above = at) {
                at = Linux.openDirectoryAt2(above, segment, CONFINED);
            }
        }
        return at;
    }

    /** The file at a path, for reading. */
    public Fd openFile(RawPath path) throws SyscallException {
        return Linux.openat(parentOf(path), path.fileName(), Linux.O_RDONLY | Linux.O_NONBLOCK, 0);
    }

    /** To be called before a directory is removed or replaced. */
    void forget(RawPath removed) {
        if (parentPath.startsWith(removed)) {
            forget();
        }
    }

    private void forget() {
        if (parent != null) {
            parent.close();
            parent = null;
        }
        parentPath = RawPath.ROOT;
    }

    @Override
    public void close() {
        forget();
        root.close();
    }
}
