package dev.jbuild.fs;

import dev.jbuild.sys.DirectoryItem;
import dev.jbuild.sys.Fd;
import dev.jbuild.sys.Linux;
import dev.jbuild.sys.RawPath;
import dev.jbuild.sys.Stat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Turns the marks that fuse-overlayfs leaves in an upper directory into those of overlayfs: it has files named {@code .wh.NAME}
 * besides the kernel's devices, and extended attributes of its own.
 */
public final class FuseOverlayMarks {
    private static final String OWN = "user.fuseoverlayfs.";
    private static final String OPAQUE = OWN + "opaque";
    private static final byte[] PREFIX = ".wh.".getBytes(StandardCharsets.US_ASCII);
    /** As a file, that the directory is opaque; as a deletion of a file {@code .wh..opq}, the same again. */
    private static final RawPath OPAQUE_FILE = RawPath.of(".wh..wh..opq");

    private static final RawPath OPAQUE_DELETION = RawPath.of(".wh..opq");

    private FuseOverlayMarks() {}

    /** Nobody may be changing anything in the directory. */
    public static void replace(Path upper) throws IOException {
        try (TreeWriter writer = TreeWriter.open(upper, TreeWriter.Ownership.KEEP);
                Fd root = Linux.openDirectory(upper)) {
            dropOwn(root, RawPath.ROOT);
            replaceIn(root, RawPath.ROOT, writer);
        }
    }

    private static void replaceIn(Fd directory, RawPath path, TreeWriter writer) throws IOException {
        Stat before = Linux.fstat(directory);
        boolean changed = false;
        boolean opaque = false;
        for (DirectoryItem item : Linux.list(directory)) {
            RawPath name = item.name();
            Stat stat = Linux.lstat(directory, name);
            if (isMark(name, stat)) {
                Linux.unlinkat(directory, name);
                changed = true;
                opaque |= name.equals(OPAQUE_FILE);
                if (!name.equals(OPAQUE_FILE) && !name.equals(OPAQUE_DELETION)) {
                    writer.whiteout(path.resolve(deleted(name)));
                }
                continue;
            }
            boolean markedOpaque = dropOwn(directory, name);
            if (stat.isDirectory()) {
                if (markedOpaque) {
                    writer.opaque(path.resolve(name));
                }
                try (Fd child = Linux.openDirectoryAt(directory, name)) {
                    replaceIn(child, path.resolve(name), writer);
                }
            }
        }
        if (opaque && !path.isRoot()) {
            writer.opaque(path);
        }
        if (changed) {
            Linux.utimensat(directory, RawPath.ROOT, before.mtimeSeconds(), before.mtimeNanos());
        }
    }

    /** Only marks have such names: the program lets nobody else make them. */
    private static boolean isMark(RawPath name, Stat stat) {
        byte[] bytes = name.bytes();
        return !stat.isDirectory() && bytes.length > PREFIX.length && Arrays.mismatch(bytes, PREFIX) == PREFIX.length;
    }

    private static RawPath deleted(RawPath mark) {
        byte[] bytes = mark.bytes();
        return RawPath.of(Arrays.copyOfRange(bytes, PREFIX.length, bytes.length));
    }

    /** Returns whether one of them said that a directory is opaque. */
    private static boolean dropOwn(Fd directory, RawPath name) throws IOException {
        boolean opaque = false;
        for (String xattr : Linux.listxattr(directory, name)) {
            if (xattr.startsWith(OWN)) {
                opaque |= xattr.equals(OPAQUE);
                Linux.removexattr(directory, name, xattr);
            }
        }
        return opaque;
    }
}
