package dev.jbuild.store;

/**
 * An amount of disk space, as a share of the disk or in bytes.
 *
 * @param share of the disk, from 0 to 1; 0 if {@code bytes} says it
 */
public record DiskSpace(double share, long bytes) {
    /** @param share of the disk, from 0 to 1 */
    public static DiskSpace share(double share) {
        return new DiskSpace(share, Long.MAX_VALUE);
    }

    public static DiskSpace bytes(long bytes) {
        return new DiskSpace(0, bytes);
    }

    /** The same, but never more than this many bytes. */
    DiskSpace atMost(long most) {
        return new DiskSpace(share, Math.min(bytes, most));
    }

    /** The bytes that this is on a disk of a size. */
    public long of(long disk) {
        return share > 0 ? Math.min((long) (disk * share), bytes) : bytes;
    }
}
