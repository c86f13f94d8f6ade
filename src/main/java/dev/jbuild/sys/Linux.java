package dev.jbuild.sys;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The system calls of Linux that jbuild makes. Names and meaning are those of the manual pages; a path is relative to
 * the directory descriptor before it. The first call loads the native library, which takes a while. Safe for use by many
 * threads.
 */
public final class Linux {
    public static final int O_RDONLY = 0;
    public static final int O_WRONLY = 1;
    public static final int O_RDWR = 2;
    public static final int O_CREAT = 0100;
    public static final int O_EXCL = 0200;
    public static final int O_TRUNC = 01000;
    public static final int O_NONBLOCK = 04000;
    public static final int O_PATH = 010000000;
    private static final int O_CLOEXEC = 02000000;

    public static final int RESOLVE_NO_XDEV = 0x01;
    public static final int RESOLVE_NO_MAGICLINKS = 0x02;
    public static final int RESOLVE_NO_SYMLINKS = 0x04;
    public static final int RESOLVE_BENEATH = 0x08;
    public static final int RESOLVE_IN_ROOT = 0x10;

    public static final int RENAME_NOREPLACE = 1;
    public static final int RENAME_EXCHANGE = 2;

    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_REMOVEDIR = 0x200;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int STATX_BASIC_STATS = 0x7ff;
    private static final int STATX_BTIME = 0x800;
    private static final long FICLONE = 0x40049409L;
    private static final byte[] EMPTY = {0};

    private Linux() {}

    /** Loaded when a method of {@link Linux} first touches it. */
    private static final class Native {
        static final Syscalls CALLS = Syscalls.ofThisMachine();
        static final int O_DIRECTORY = CALLS.directoryFlag();
        static final int O_NOFOLLOW = CALLS.noFollowFlag();
    }

    // ---- opening

    /** A directory of this machine, for listing and as the start of other calls. Follows symlinks. */
    public static Fd openDirectory(Path directory) throws SyscallException {
        byte[] path = nul(HostPaths.bytes(directory));
        return fd(
                "open",
                directory,
                () -> Native.CALLS.openat(AT_FDCWD, path, O_RDONLY | Native.O_DIRECTORY | O_CLOEXEC, 0));
    }

    /** A file of this machine. Follows symlinks. */
    public static Fd open(Path file, int flags, int mode) throws SyscallException {
        byte[] path = nul(HostPaths.bytes(file));
        return fd("open", file, () -> Native.CALLS.openat(AT_FDCWD, path, flags | O_CLOEXEC, mode));
    }

    /** Opens or creates {@code name} right in a directory; never follows a symlink in its last segment. */
    public static Fd openat(Fd directory, RawPath name, int flags, int mode) throws SyscallException {
        byte[] path = name.nulTerminated();
        return fd(
                "openat",
                name,
                () -> Native.CALLS.openat(directory.number(), path, flags | Native.O_NOFOLLOW | O_CLOEXEC, mode));
    }

    /** Opens a directory right in a directory; a symlink to one is refused with ENOTDIR. */
    public static Fd openDirectoryAt(Fd directory, RawPath name) throws SyscallException {
        byte[] path = name.nulTerminated();
        return fd(
                "openat",
                name,
                () -> Native.CALLS.openat(
                        directory.number(), path, O_RDONLY | Native.O_DIRECTORY | Native.O_NOFOLLOW | O_CLOEXEC, 0));
    }

    /** Opens a path of any length below a directory, resolved as {@code resolve} (RESOLVE_ bits) says. */
    public static Fd openat2(Fd directory, RawPath path, int flags, int mode, int resolve) throws SyscallException {
        byte[] bytes = path.nulTerminated();
        return fd(
                "openat2",
                path,
                () -> Native.CALLS.openat2(
                        directory.number(), bytes, Integer.toUnsignedLong(flags | O_CLOEXEC), mode, resolve));
    }

    /** As {@link #openat2} for a directory to list and to start from. */
    public static Fd openDirectoryAt2(Fd directory, RawPath path, int resolve) throws SyscallException {
        return openat2(directory, path, O_RDONLY | Native.O_DIRECTORY, 0, resolve);
    }

    static void close(int fd) {
        // An error of close can't be acted upon, and the descriptor is gone in any case.
        int ignored = Native.CALLS.close(fd);
        assert ignored <= 0;
    }

    // ---- looking

    /** Never follows a symlink in the last segment. */
    public static Stat lstat(Fd directory, RawPath path) throws SyscallException {
        return statx(directory.number(), path.nulTerminated(), AT_SYMLINK_NOFOLLOW, path);
    }

    public static Stat fstat(Fd fd) throws SyscallException {
        return statx(fd.number(), EMPTY, AT_EMPTY_PATH, fd);
    }

    /**
     * When an open file was made, which no call changes, in nanoseconds since 1970; 0 if the file system doesn't know. It tells
     * files apart that had one inode number after the other.
     */
    public static long birth(Fd fd) throws SyscallException {
        ByteBuffer in = statx(fd.number(), EMPTY, AT_EMPTY_PATH, STATX_BTIME, fd);
        boolean known = (in.getInt(0) & STATX_BTIME) != 0;
        return known ? in.getLong(80) * 1_000_000_000L + in.getInt(88) : 0;
    }

    private static Stat statx(int dir, byte[] path, int flags, Object what) throws SyscallException {
        ByteBuffer in = statx(dir, path, flags, STATX_BASIC_STATS, what);
        return new Stat(
                Short.toUnsignedInt(in.getShort(28)),
                in.getLong(32),
                (Integer.toUnsignedLong(in.getInt(136)) << 32) | Integer.toUnsignedLong(in.getInt(140)),
                Integer.toUnsignedLong(in.getInt(16)),
                Integer.toUnsignedLong(in.getInt(20)),
                Integer.toUnsignedLong(in.getInt(24)),
                in.getLong(40),
                in.getLong(48),
                in.getInt(128),
                in.getInt(132),
                in.getLong(112),
                in.getInt(120),
                in.getLong(96),
                in.getInt(104));
    }

    private static ByteBuffer statx(int dir, byte[] path, int flags, int mask, Object what) throws SyscallException {
        byte[] buffer = new byte[256];
        check("statx", what, Native.CALLS.statx(dir, path, flags, mask, buffer));
        return ByteBuffer.wrap(buffer).order(ByteOrder.nativeOrder());
    }

    /** The target of a symlink. */
    public static byte[] readlinkat(Fd directory, RawPath path) throws SyscallException {
        byte[] buffer = new byte[4096];
        long length =
                check("readlinkat", path, Native.CALLS.readlinkat(directory.number(), path.nulTerminated(), buffer));
        return Arrays.copyOf(buffer, (int) length);
    }

    /** All that is in the directory but {@code .} and {@code ..}, in no order. Reads from the descriptor's position. */
    public static List<DirectoryItem> list(Fd directory) throws SyscallException {
        List<DirectoryItem> items = new ArrayList<>();
        byte[] buffer = new byte[16384];
        ByteBuffer in = ByteBuffer.wrap(buffer).order(ByteOrder.nativeOrder());
        while (true) {
            int length = (int) check("getdents64", directory, Native.CALLS.getdents64(directory.number(), buffer));
            if (length == 0) {
                return items;
            }
            int at = 0;
            while (at < length) {
                int next = at + Short.toUnsignedInt(in.getShort(at + 16));
                int end = at + 19;
                while (buffer[end] != 0) {
                    end++;
                }
                byte[] name = Arrays.copyOfRange(buffer, at + 19, end);
                if (!isDots(name)) {
                    items.add(new DirectoryItem(RawPath.of(name), (buffer[at + 18] & 0xf) << 12, in.getLong(at)));
                }
                at = next;
            }
        }
    }

    private static boolean isDots(byte[] name) {
        return name[0] == '.' && (name.length == 1 || (name.length == 2 && name[1] == '.'));
    }

    // ---- making and removing names

    public static void mkdirat(Fd directory, RawPath path, int mode) throws SyscallException {
        check("mkdirat", path, Native.CALLS.mkdirat(directory.number(), path.nulTerminated(), mode));
    }

    /** {@code mode} says the type too. A character device 0/0 is overlayfs's whiteout and needs no privilege. */
    public static void mknodat(Fd directory, RawPath path, int mode, int major, int minor) throws SyscallException {
        long device = (minor & 0xffL) | ((major & 0xfffL) << 8) | ((minor & 0xfff00L) << 12);
        check("mknodat", path, Native.CALLS.mknodat(directory.number(), path.nulTerminated(), mode, device));
    }

    public static void symlinkat(byte[] target, Fd directory, RawPath path) throws SyscallException {
        check("symlinkat", path, Native.CALLS.symlinkat(nul(target), directory.number(), path.nulTerminated()));
    }

    /** A further name for what is at {@code from}, which may be a symlink itself. */
    public static void linkat(Fd fromDirectory, RawPath from, Fd toDirectory, RawPath to) throws SyscallException {
        check(
                "linkat",
                from + " " + to,
                Native.CALLS.linkat(
                        fromDirectory.number(), from.nulTerminated(), toDirectory.number(), to.nulTerminated(), 0));
    }

    /** Removes a name that isn't a directory's. */
    public static void unlinkat(Fd directory, RawPath path) throws SyscallException {
        check("unlinkat", path, Native.CALLS.unlinkat(directory.number(), path.nulTerminated(), 0));
    }

    /** Removes an empty directory. */
    public static void rmdirat(Fd directory, RawPath path) throws SyscallException {
        check("rmdirat", path, Native.CALLS.unlinkat(directory.number(), path.nulTerminated(), AT_REMOVEDIR));
    }

    public static void renameat2(Fd fromDirectory, RawPath from, Fd toDirectory, RawPath to, int flags)
            throws SyscallException {
        check(
                "renameat2",
                from + " " + to,
                Native.CALLS.renameat2(
                        fromDirectory.number(), from.nulTerminated(), toDirectory.number(), to.nulTerminated(), flags));
    }

    // ---- metadata

    /** Of the very file, also of a symlink. The kernel clears set-id bits, so the mode is to be set after this. */
    public static void fchownat(Fd directory, RawPath path, long uid, long gid) throws SyscallException {
        check(
                "fchownat",
                path,
                Native.CALLS.fchownat(
                        directory.number(), path.nulTerminated(), (int) uid, (int) gid, AT_SYMLINK_NOFOLLOW));
    }

    /** Follows symlinks, as Linux has no mode for them: the caller knows it isn't one. */
    public static void fchmodat(Fd directory, RawPath path, int mode) throws SyscallException {
        check("fchmodat", path, Native.CALLS.fchmodat(directory.number(), path.nulTerminated(), mode));
    }

    public static void fchmod(Fd fd, int mode) throws SyscallException {
        check("fchmod", fd, Native.CALLS.fchmod(fd.number(), mode));
    }

    /** Sets both access and modification time of the very file, also of a symlink. */
    public static void utimensat(Fd directory, RawPath path, long seconds, int nanos) throws SyscallException {
        check(
                "utimensat",
                path,
                Native.CALLS.utimensat(directory.number(), path.nulTerminated(), seconds, nanos, AT_SYMLINK_NOFOLLOW));
    }

    // ---- extended attributes; of the very file, also of a symlink

    /** The names of all attributes; none where the file system knows none. */
    public static List<String> listxattr(Fd directory, RawPath path) throws SyscallException {
        byte[] file = procPath(directory, path);
        byte[] names = sized("llistxattr", path, 1024, into -> Native.CALLS.llistxattr(file, into));
        List<String> list = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < names.length; i++) {
            if (names[i] == 0) {
                list.add(new String(names, start, i - start, StandardCharsets.ISO_8859_1));
                start = i + 1;
            }
        }
        return list;
    }

    public static byte[] getxattr(Fd directory, RawPath path, String name) throws SyscallException {
        byte[] file = procPath(directory, path);
        byte[] key = nul(name.getBytes(StandardCharsets.ISO_8859_1));
        return sized("lgetxattr", name + " of " + path, 256, into -> Native.CALLS.lgetxattr(file, key, into));
    }

    public static void setxattr(Fd directory, RawPath path, String name, byte[] value) throws SyscallException {
        byte[] key = nul(name.getBytes(StandardCharsets.ISO_8859_1));
        check("lsetxattr", name + " of " + path, Native.CALLS.lsetxattr(procPath(directory, path), key, value));
    }

    public static void removexattr(Fd directory, RawPath path, String name) throws SyscallException {
        byte[] key = nul(name.getBytes(StandardCharsets.ISO_8859_1));
        check("lremovexattr", name + " of " + path, Native.CALLS.lremovexattr(procPath(directory, path), key));
    }

    /** There is no call for attributes that starts from a descriptor (before Linux 6.13), but there is this name. */
    private static byte[] procPath(Fd directory, RawPath path) {
        byte[] start = (directory.procPath() + "/").getBytes(StandardCharsets.ISO_8859_1);
        byte[] rest = path.nulTerminated();
        byte[] whole = Arrays.copyOf(start, start.length + rest.length);
        System.arraycopy(rest, 0, whole, start.length, rest.length);
        return whole;
    }

    private static byte[] sized(String call, Object what, int guess, SizedCall sized) throws SyscallException {
        byte[] buffer = new byte[guess];
        long length = sized.into(buffer);
        if (length == -Errno.ERANGE.number()) {
            buffer = new byte[65536];
            length = sized.into(buffer);
        }
        return Arrays.copyOf(buffer, (int) check(call, what, length));
    }

    private interface SizedCall {
        long into(byte[] buffer);
    }

    // ---- content

    /** How many bytes were read; 0 at the end. */
    public static int read(Fd fd, byte[] into, int offset, int length) throws SyscallException {
        while (true) {
            long read = Native.CALLS.read(fd.number(), into, offset, length);
            if (read != -Errno.EINTR.number()) {
                return (int) check("read", fd, read);
            }
        }
    }

    /** Writes all of it. */
    public static void writeFully(Fd fd, byte[] from, int offset, int length) throws SyscallException {
        int at = offset;
        int end = offset + length;
        while (at < end) {
            long written = Native.CALLS.write(fd.number(), from, at, end - at);
            if (written != -Errno.EINTR.number()) {
                at += (int) check("write", fd, written);
            }
        }
    }

    /** Moves the descriptor's position to {@code offset} from the start. */
    public static void seek(Fd fd, long offset) throws SyscallException {
        check("lseek", fd, Native.CALLS.lseek(fd.number(), offset, 0));
    }

    public static void ftruncate(Fd fd, long size) throws SyscallException {
        check("ftruncate", fd, Native.CALLS.ftruncate(fd.number(), size));
    }

    /** Copies from one descriptor's position to the other's inside the kernel; returns how much, 0 at the end. */
    public static long copyFileRange(Fd from, Fd to, long length) throws SyscallException {
        return check(
                "copy_file_range", from + " to " + to, Native.CALLS.copyFileRange(from.number(), to.number(), length));
    }

    /** Makes {@code to} share the content of {@code from}; for file systems that can (ioctl FICLONE). */
    public static void clone(Fd from, Fd to) throws SyscallException {
        check("ioctl FICLONE", from + " to " + to, Native.CALLS.ioctl(to.number(), FICLONE, from.number()));
    }

    // ---- durability and identity

    public static void fsync(Fd fd) throws SyscallException {
        check("fsync", fd, Native.CALLS.fsync(fd.number()));
    }

    /** Makes durable all that was written to the file system the descriptor is on. */
    public static void syncfs(Fd fd) throws SyscallException {
        check("syncfs", fd, Native.CALLS.syncfs(fd.number()));
    }

    public static int geteuid() {
        return Native.CALLS.geteuid();
    }

    // ---- errors

    private interface OpenCall {
        int open();
    }

    private static Fd fd(String call, Object what, OpenCall open) throws SyscallException {
        while (true) {
            int fd = open.open();
            if (fd >= 0) {
                return new Fd(fd);
            }
            Errno errno = Errno.of(-fd);
            // EAGAIN: something was renamed while openat2 made sure that the path stays inside.
            if (errno != Errno.EINTR && !(errno == Errno.EAGAIN && call.equals("openat2"))) {
                throw new SyscallException(call, String.valueOf(what), errno);
            }
        }
    }

    private static long check(String call, Object what, long result) throws SyscallException {
        if (result < 0) {
            throw new SyscallException(call, String.valueOf(what), Errno.of((int) -result));
        }
        return result;
    }

    private static byte[] nul(byte[] bytes) {
        return Arrays.copyOf(bytes, bytes.length + 1);
    }
}
