package dev.jbuild.sys;

import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;
import jnr.ffi.annotations.Variadic;

/** The C library's functions as they are. One {@code syscall} per shape of arguments, for what has no old wrapper. */
public interface Libc {
    int close(int fd);

    @Variadic(fixedCount = 3)
    int openat(int dir, @In byte[] path, int flags, int mode);

    int mkdirat(int dir, @In byte[] path, int mode);

    int symlinkat(@In byte[] target, int dir, @In byte[] path);

    int linkat(int fromDir, @In byte[] from, int toDir, @In byte[] to, int flags);

    int unlinkat(int dir, @In byte[] path, int flags);

    long readlinkat(int dir, @In byte[] path, @Out byte[] into, long size);

    int fchownat(int dir, @In byte[] path, int uid, int gid, int flags);

    int fchmodat(int dir, @In byte[] path, int mode, int flags);

    int fchmod(int fd, int mode);

    int utimensat(int dir, @In byte[] path, @In long[] times, int flags);

    long llistxattr(@In byte[] path, @Out byte[] into, long size);

    long lgetxattr(@In byte[] path, @In byte[] name, @Out byte[] into, long size);

    int lsetxattr(@In byte[] path, @In byte[] name, @In byte[] value, long size, int flags);

    int lremovexattr(@In byte[] path, @In byte[] name);

    long read(int fd, @Out byte[] into, long size);

    long write(int fd, @In byte[] from, long size);

    long lseek(int fd, long offset, int whence);

    int ftruncate(int fd, long size);

    int fsync(int fd);

    int syncfs(int fd);

    int geteuid();

    @Variadic(fixedCount = 2)
    int ioctl(int fd, long request, long argument);

    /** {@code openat2}. */
    @Variadic(fixedCount = 1)
    long syscall(long number, long dir, @In byte[] path, @In long[] how, long size);

    /** {@code mknodat}. */
    @Variadic(fixedCount = 1)
    long syscall(long number, long dir, @In byte[] path, long mode, long device);

    /** {@code statx}. */
    @Variadic(fixedCount = 1)
    long syscall(long number, long dir, @In byte[] path, long flags, long mask, @Out byte[] into);

    /** {@code getdents64}. */
    @Variadic(fixedCount = 1)
    long syscall(long number, long fd, @Out byte[] into, long size);

    /** {@code renameat2}. */
    @Variadic(fixedCount = 1)
    long syscall(long number, long fromDir, @In byte[] from, long toDir, @In byte[] to, long flags);

    /** {@code copy_file_range} with both offsets null. */
    @Variadic(fixedCount = 1)
    long syscall(long number, long in, long inOffset, long out, long outOffset, long length, long flags);
}
