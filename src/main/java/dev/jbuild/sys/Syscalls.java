package dev.jbuild.sys;

/**
 * The calls of Linux as they are: each returns what its manual page says, but for errors, which are negative error numbers.
 * Paths, targets and names of attributes end in a zero byte. At most 64 KiB are moved by one call.
 */
interface Syscalls {
    /** O_DIRECTORY, which differs between the architectures. */
    int directoryFlag();

    /** O_NOFOLLOW, likewise. */
    int noFollowFlag();

    int close(int fd);

    int openat(int dir, byte[] path, int flags, int mode);

    int openat2(int dir, byte[] path, long flags, long mode, long resolve);

    /** {@code into} is a struct statx, of 256 bytes. */
    int statx(int dir, byte[] path, int flags, int mask, byte[] into);

    long readlinkat(int dir, byte[] path, byte[] into);

    long getdents64(int fd, byte[] into);

    int mkdirat(int dir, byte[] path, int mode);

    int mknodat(int dir, byte[] path, int mode, long device);

    int symlinkat(byte[] target, int dir, byte[] path);

    int linkat(int fromDir, byte[] from, int toDir, byte[] to, int flags);

    int unlinkat(int dir, byte[] path, int flags);

    int renameat2(int fromDir, byte[] from, int toDir, byte[] to, int flags);

    int fchownat(int dir, byte[] path, int uid, int gid, int flags);

    int fchmodat(int dir, byte[] path, int mode);

    int fchmod(int fd, int mode);

    /** Both times are the same. */
    int utimensat(int dir, byte[] path, long seconds, long nanos, int flags);

    long llistxattr(byte[] path, byte[] into);

    long lgetxattr(byte[] path, byte[] name, byte[] into);

    int lsetxattr(byte[] path, byte[] name, byte[] value);

    int lremovexattr(byte[] path, byte[] name);

    long read(int fd, byte[] into, int offset, int length);

    long write(int fd, byte[] from, int offset, int length);

    long lseek(int fd, long offset, int whence);

    int ftruncate(int fd, long size);

    /** From the one's position to the other's. */
    long copyFileRange(int from, int to, long length);

    int ioctl(int fd, long request, long argument);

    int fsync(int fd);

    int syncfs(int fd);

    int geteuid();

    /** By our own library where the launcher names it, else by jnr, which takes a tenth of a second more to start. */
    static Syscalls ofThisMachine() {
        try {
            return JniSyscalls.load();
        } catch (UnsatisfiedLinkError e) {
            return new JnrSyscalls();
        }
    }
}
