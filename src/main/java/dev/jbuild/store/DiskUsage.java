package dev.jbuild.store;

import dev.jbuild.sys.DirectoryItem;
import dev.jbuild.sys.Errno;
import dev.jbuild.sys.Fd;
import dev.jbuild.sys.Linux;
import dev.jbuild.sys.RawPath;
import dev.jbuild.sys.Stat;
import dev.jbuild.sys.SyscallException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Counts what files take on disk, as {@code du} does: in blocks, so that holes count nothing, and a file with several links
 * once. Not safe for use by several threads.
 */
final class DiskUsage {
    private static final int BLOCK = 512;

    private record Inode(long device, long number) {}

    /** Files with more than one link, by how many of those were seen. */
    private final Map<Inode, Links> linked = new HashMap<>();

    private static final class Links {
        private final long all;
        private final long bytes;
        private long seen;

        private Links(long all, long bytes) {
            this.all = all;
            this.bytes = bytes;
        }
    }

    /**
     * Bytes on disk, and as they look.
     *
     * @param disk without files that were counted before
     * @param apparent the lengths of all regular files
     */
    record Sizes(long disk, long apparent) {
        static final Sizes NONE = new Sizes(0, 0);

        Sizes plus(Sizes other) {
            return new Sizes(disk + other.disk, apparent + other.apparent);
        }
    }

    /** Counts a file or a tree. What can't be looked at, or goes meanwhile, counts nothing. */
    Sizes add(Path path) throws SyscallException {
        try (Fd parent = Linux.openDirectory(path.resolveSibling("."))) {
            return add(parent, RawPath.of(String.valueOf(path.getFileName())));
        } catch (SyscallException e) {
            return skipped(e);
        }
    }

    private Sizes add(Fd parent, RawPath name) throws SyscallException {
        try {
            Stat stat = Linux.lstat(parent, name);
            Sizes own = count(stat);
            return stat.isDirectory() ? own.plus(children(parent, name)) : own;
        } catch (SyscallException e) {
            return skipped(e);
        }
    }

    private Sizes children(Fd parent, RawPath name) throws SyscallException {
        Sizes sizes = Sizes.NONE;
        try (Fd directory = Linux.openDirectoryAt(parent, name)) {
            for (DirectoryItem item : Linux.list(directory)) {
                sizes = sizes.plus(add(directory, item.name()));
            }
        }
        return sizes;
    }

    private static Sizes skipped(SyscallException e) throws SyscallException {
        if (e.errno() == Errno.ENOENT || e.errno() == Errno.EACCES || e.errno() == Errno.ENOTDIR) {
            return Sizes.NONE;
        }
        throw e;
    }

    private Sizes count(Stat stat) {
        long disk = stat.blocks() * BLOCK;
        long apparent = stat.isFile() ? stat.size() : 0;
        if (stat.isDirectory() || stat.links() < 2) {
            return new Sizes(disk, apparent);
        }
        Links links =
                linked.computeIfAbsent(new Inode(stat.device(), stat.inode()), inode -> new Links(stat.links(), disk));
        links.seen++;
        return new Sizes(links.seen == 1 ? disk : 0, apparent);
    }

    /** The bytes of what was counted that have links elsewhere, and so don't become free with it. */
    long heldElsewhere() {
        return linked.values().stream()
                .filter(links -> links.seen < links.all)
                .mapToLong(links -> links.bytes)
                .sum();
    }
}
