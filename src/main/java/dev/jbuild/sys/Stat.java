package dev.jbuild.sys;

/**
 * What {@code statx} says of a file.
 *
 * @param mode type and permission bits, as {@code st_mode}
 * @param blocks the number of 512-byte blocks it takes on disk
 */
public record Stat(
        int mode,
        long inode,
        long device,
        long links,
        long uid,
        long gid,
        long size,
        long blocks,
        int deviceMajor,
        int deviceMinor,
        long mtimeSeconds,
        int mtimeNanos,
        long ctimeSeconds,
        int ctimeNanos) {
    /** The bits of {@link #mode} that say the type, and what they may be. */
    public static final int TYPE = 0170000;

    public static final int SOCKET = 0140000;
    public static final int SYMLINK = 0120000;
    public static final int FILE = 0100000;
    public static final int BLOCK_DEVICE = 0060000;
    public static final int DIRECTORY = 0040000;
    public static final int CHARACTER_DEVICE = 0020000;
    public static final int FIFO = 0010000;

    /** One of the constants above. */
    public int type() {
        return mode & TYPE;
    }

    /** Permission, set-id and sticky bits. */
    public int permissions() {
        return mode & 07777;
    }

    public boolean isDirectory() {
        return type() == DIRECTORY;
    }

    public boolean isFile() {
        return type() == FILE;
    }

    public boolean isSymlink() {
        return type() == SYMLINK;
    }
}
