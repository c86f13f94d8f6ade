package dev.jbuild.fs;

import dev.jbuild.sys.DirectoryItem;
import dev.jbuild.sys.Errno;
import dev.jbuild.sys.Fd;
import dev.jbuild.sys.Linux;
import dev.jbuild.sys.RawPath;
import dev.jbuild.sys.SyscallException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Makes entries beneath a directory, as an archive or an image describes them, without ever following a symlink: what it
 * writes stays beneath. An entry replaces whatever was at its path, but a directory keeps what is in a directory.
 *
 * <p>Parents must be there (see {@link #parents}). Modes and times of directories are set by {@link #finish}, so that they
 * neither stand in the way of, nor are changed by, what is put into them. For one thread.
 */
public final class TreeWriter implements AutoCloseable {
    /** Whether files get the owners and attributes they are said to have. */
    public enum Ownership {
        KEEP,
        /** All belongs to whoever runs this; what only root may make is left out. */
        OF_CALLER
    }

    private final TreeRoot root;
    private final Ownership ownership;
    private final OverlayXattrs overlay;
    private final NavigableMap<RawPath, Metadata> unfinished = new TreeMap<>();

    private TreeWriter(TreeRoot root, Ownership ownership, OverlayXattrs overlay) {
        this.root = root;
        this.ownership = ownership;
        this.overlay = overlay;
    }

    /** Writes beneath a directory that is there. */
    public static TreeWriter open(Path root, Ownership ownership) throws IOException {
        OverlayXattrs overlay = OverlayXattrs.ofThisProcess();
        return new TreeWriter(TreeRoot.open(root), ownership, overlay);
    }

    /** A directory with these attributes, also for one that is there, and for the root. */
    public void directory(RawPath path, Metadata metadata) throws IOException {
        Fd in = parentOf(path);
        RawPath name = nameOf(path);
        boolean fresh = path.isRoot() ? false : makeDirectory(in, path, name);
        if (!fresh && ownership == Ownership.KEEP) {
            removeXattrs(in, name);
        }
        own(in, name, metadata);
        setXattrs(in, name, metadata);
        unfinished.put(path, metadata);
    }

    private boolean makeDirectory(Fd in, RawPath path, RawPath name) throws IOException {
        try {
            Linux.mkdirat(in, name, 0700);
            return true;
        } catch (SyscallException e) {
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
        }
        if (Linux.lstat(in, name).isDirectory()) {
            return false;
        }
        remove(path);
        Linux.mkdirat(in, name, 0700);
        return true;
    }

    /** Makes the directories above a path that aren't there, with the attributes of {@link Metadata#plainDirectory}. */
    public void parents(RawPath path) throws IOException {
        RawPath directory = path.parent();
        if (directory.isRoot() || isDirectory(directory)) {
            return;
        }
        parents(directory);
        directory(directory, Metadata.plainDirectory());
    }

    private boolean isDirectory(RawPath path) throws IOException {
        try {
            parentOf(path.resolve("x"));
            return true;
        } catch (SyscallException e) {
            if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR) || e.is(Errno.ELOOP)) {
                return false;
            }
            throw e;
        }
    }

    /** A file with all of a stream as its content. Returns its size. */
    public long file(RawPath path, Metadata metadata, InputStream content) throws IOException {
        try (Fd file = create(path)) {
            long size = FileContent.write(content, file);
            describe(parentOf(path), nameOf(path), metadata);
            return size;
        }
    }

    /** A file with the content of another, shared on disk if that can be. */
    public void file(RawPath path, Metadata metadata, Fd content) throws IOException {
        try (Fd file = create(path)) {
            FileContent.copy(content, file);
            describe(parentOf(path), nameOf(path), metadata);
        }
    }

    private Fd create(RawPath path) throws IOException {
        int flags = Linux.O_WRONLY | Linux.O_CREAT | Linux.O_EXCL;
        try {
            return Linux.openat(parentOf(path), nameOf(path), flags, 0600);
        } catch (SyscallException e) {
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
            remove(path);
            return Linux.openat(parentOf(path), nameOf(path), flags, 0600);
        }
    }

    /** A symlink, device or fifo. A socket has no being without its process, so none is made. */
    public void special(RawPath path, Metadata metadata) throws IOException {
        if (metadata.kind() == Metadata.Kind.SOCKET) {
            return;
        }
        replacing(path, (in, name) -> {
            switch (metadata.kind()) {
                case SYMLINK -> Linux.symlinkat(metadata.linkTarget().getBytes(StandardCharsets.ISO_8859_1), in, name);
                case FIFO, CHARACTER_DEVICE, BLOCK_DEVICE -> makeNode(in, name, metadata);
                default -> throw new IllegalArgumentException("not a special file: " + metadata.kind());
            }
        });
        describe(parentOf(path), nameOf(path), metadata);
    }

    private void makeNode(Fd in, RawPath name, Metadata metadata) throws IOException {
        try {
            Linux.mknodat(in, name, metadata.kind().bits() | 0600, metadata.deviceMajor(), metadata.deviceMinor());
        } catch (SyscallException e) {
            // No user namespace may make a device; an empty file holds its place, and the layer's index knows.
            if (!e.is(Errno.EPERM) || overlay == OverlayXattrs.TRUSTED) {
                throw e;
            }
            Linux.openat(in, name, Linux.O_WRONLY | Linux.O_CREAT | Linux.O_EXCL, 0600)
                    .close();
        }
    }

    /** A further name for an entry that is there. */
    public void hardLink(RawPath path, RawPath existing) throws IOException {
        if (path.equals(existing)) {
            return;
        }
        try (Fd from = root.openDirectory(existing.parent())) {
            RawPath name = nameOf(existing);
            Linux.lstat(from, name);
            replacing(path, (in, to) -> Linux.linkat(from, name, in, to));
        }
    }

    /** Sets the owner, mode, attributes and time of a file that is there and is no directory. */
    public void describe(RawPath path, Metadata metadata) throws IOException {
        describe(parentOf(path), nameOf(path), metadata);
    }

    /** Overlayfs's mark that there is nothing at a path. */
    public void whiteout(RawPath path) throws IOException {
        replacing(path, (in, name) -> Whiteouts.make(in, name, overlay));
    }

    /** Overlayfs's mark that nothing of lower layers is in a directory, which must be there. */
    public void opaque(RawPath directory) throws IOException {
        Linux.setxattr(parentOf(directory), nameOf(directory), overlay.opaque(), new byte[] {'y'});
    }

    private interface Maker {
        void make(Fd directory, RawPath name) throws IOException;
    }

    private void replacing(RawPath path, Maker maker) throws IOException {
        try {
            maker.make(parentOf(path), nameOf(path));
        } catch (SyscallException e) {
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
            remove(path);
            maker.make(parentOf(path), nameOf(path));
        }
    }

    /** Removes what is at a path with all beneath it; nothing there is no error. */
    public void remove(RawPath path) throws IOException {
        if (path.isRoot()) {
            throw new IllegalArgumentException("the root can't be removed");
        }
        root.forget(path);
        while (true) {
            RawPath described = unfinished.ceilingKey(path);
            if (described == null || !described.startsWith(path)) {
                break;
            }
            unfinished.remove(described);
        }
        try {
            remove(parentOf(path), nameOf(path));
        } catch (SyscallException e) {
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
        }
    }

    private static void remove(Fd in, RawPath name) throws SyscallException {
        if (!Linux.lstat(in, name).isDirectory()) {
            Linux.unlinkat(in, name);
            return;
        }
        try (Fd directory = Linux.openDirectoryAt(in, name)) {
            for (DirectoryItem item : Linux.list(directory)) {
                remove(directory, item.name());
            }
        }
        Linux.rmdirat(in, name);
    }

    /** Gives all directories their modes and times. */
    public void finish() throws IOException {
        for (Map.Entry<RawPath, Metadata> entry : unfinished.descendingMap().entrySet()) {
            Fd in = parentOf(entry.getKey());
            RawPath name = nameOf(entry.getKey());
            Linux.fchmodat(in, name, entry.getValue().mode());
            Linux.utimensat(
                    in, name, entry.getValue().mtimeSeconds(), entry.getValue().mtimeNanos());
        }
        unfinished.clear();
    }

    /** Owner, then mode, then attributes: a change of owner clears set-id bits and file capabilities. */
    private void describe(Fd in, RawPath name, Metadata metadata) throws IOException {
        own(in, name, metadata);
        if (metadata.kind() != Metadata.Kind.SYMLINK) {
            Linux.fchmodat(in, name, metadata.mode());
        }
        setXattrs(in, name, metadata);
        Linux.utimensat(in, name, metadata.mtimeSeconds(), metadata.mtimeNanos());
    }

    private void own(Fd in, RawPath name, Metadata metadata) throws IOException {
        if (ownership != Ownership.KEEP) {
            return;
        }
        try {
            Linux.fchownat(in, name, metadata.uid(), metadata.gid());
        } catch (SyscallException e) {
            if (overlay == OverlayXattrs.TRUSTED || !e.is(Errno.EINVAL)) {
                throw e;
            }
            // A symlink's owner, or a device's, is only in the layer's index.
            if (metadata.kind() == Metadata.Kind.FILE || metadata.kind() == Metadata.Kind.DIRECTORY) {
                new OwnerMark(metadata.uid(), metadata.gid()).put(in, name, e);
            }
        }
    }

    private void setXattrs(Fd in, RawPath name, Metadata metadata) throws IOException {
        for (Map.Entry<String, String> xattr : metadata.xattrs().entrySet()) {
            byte[] value = xattr.getValue().getBytes(StandardCharsets.ISO_8859_1);
            try {
                Linux.setxattr(in, name, xattr.getKey(), value);
            } catch (SyscallException e) {
                boolean optional = ownership == Ownership.OF_CALLER || overlay == OverlayXattrs.USER;
                if (!optional || !(e.is(Errno.EPERM) || e.is(Errno.EOPNOTSUPP))) {
                    throw e;
                }
            }
        }
    }

    private static void removeXattrs(Fd in, RawPath name) throws IOException {
        for (String xattr : Linux.listxattr(in, name)) {
            if (!xattr.startsWith("security.") || xattr.equals("security.capability")) {
                Linux.removexattr(in, name, xattr);
            }
        }
    }

    private static RawPath nameOf(RawPath path) {
        return path.fileName();
    }

    private Fd parentOf(RawPath path) throws SyscallException {
        return root.parentOf(path);
    }

    /** Without {@link #finish} before it, directories are left as they are. */
    @Override
    public void close() {
        root.close();
    }
}
