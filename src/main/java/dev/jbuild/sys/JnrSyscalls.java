package dev.jbuild.sys;

import java.util.Arrays;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;

/** By the C library and jnr, for where there is no library of ours. */
final class JnrSyscalls implements Syscalls {
    private static final int CHUNK = 65536;
    /** A zero-length array has no address of its own; the length says that nothing of it is meant. */
    private static final byte[] EMPTY = {0};

    private final Libc libc = LibraryLoader.create(Libc.class).load("c");
    private final Runtime runtime = Runtime.getRuntime(libc);
    private final SyscallNumbers numbers = SyscallNumbers.ofThisMachine();

    private int result(int returned) {
        return returned < 0 ? -runtime.getLastError() : returned;
    }

    private long result(long returned) {
        return returned < 0 ? -runtime.getLastError() : returned;
    }

    @Override
    public int directoryFlag() {
        return numbers == SyscallNumbers.AARCH64 ? 040000 : 0200000;
    }

    @Override
    public int noFollowFlag() {
        return numbers == SyscallNumbers.AARCH64 ? 0100000 : 0400000;
    }

    @Override
    public int close(int fd) {
        return result(libc.close(fd));
    }

    @Override
    public int openat(int dir, byte[] path, int flags, int mode) {
        return result(libc.openat(dir, path, flags, mode));
    }

    @Override
    public int openat2(int dir, byte[] path, long flags, long mode, long resolve) {
        long[] how = {flags, mode, resolve};
        return (int) result(libc.syscall(numbers.openat2, dir, path, how, 24L));
    }

    @Override
    public int statx(int dir, byte[] path, int flags, int mask, byte[] into) {
        return (int) result(libc.syscall(numbers.statx, dir, path, flags, mask, into));
    }

    @Override
    public long readlinkat(int dir, byte[] path, byte[] into) {
        return result(libc.readlinkat(dir, path, into, into.length));
    }

    @Override
    public long getdents64(int fd, byte[] into) {
        return result(libc.syscall(numbers.getdents64, fd, into, (long) Math.min(into.length, CHUNK)));
    }

    @Override
    public int mkdirat(int dir, byte[] path, int mode) {
        return result(libc.mkdirat(dir, path, mode));
    }

    @Override
    public int mknodat(int dir, byte[] path, int mode, long device) {
        return (int) result(libc.syscall(numbers.mknodat, dir, path, (long) mode, device));
    }

    @Override
    public int symlinkat(byte[] target, int dir, byte[] path) {
        return result(libc.symlinkat(target, dir, path));
    }

    @Override
    public int linkat(int fromDir, byte[] from, int toDir, byte[] to, int flags) {
        return result(libc.linkat(fromDir, from, toDir, to, flags));
    }

    @Override
    public int unlinkat(int dir, byte[] path, int flags) {
        return result(libc.unlinkat(dir, path, flags));
    }

    @Override
    public int renameat2(int fromDir, byte[] from, int toDir, byte[] to, int flags) {
        return (int) result(libc.syscall(numbers.renameat2, fromDir, from, toDir, to, flags));
    }

    @Override
    public int fchownat(int dir, byte[] path, int uid, int gid, int flags) {
        return result(libc.fchownat(dir, path, uid, gid, flags));
    }

    @Override
    public int fchmodat(int dir, byte[] path, int mode) {
        return result(libc.fchmodat(dir, path, mode, 0));
    }

    @Override
    public int fchmod(int fd, int mode) {
        return result(libc.fchmod(fd, mode));
    }

    @Override
    public int utimensat(int dir, byte[] path, long seconds, long nanos, int flags) {
        long[] times = {seconds, nanos, seconds, nanos};
        return result(libc.utimensat(dir, path, times, flags));
    }

    @Override
    public long llistxattr(byte[] path, byte[] into) {
        return result(libc.llistxattr(path, into, into.length));
    }

    @Override
    public long lgetxattr(byte[] path, byte[] name, byte[] into) {
        return result(libc.lgetxattr(path, name, into, into.length));
    }

    @Override
    public int lsetxattr(byte[] path, byte[] name, byte[] value) {
        return result(libc.lsetxattr(path, name, value.length == 0 ? EMPTY : value, value.length, 0));
    }

    @Override
    public int lremovexattr(byte[] path, byte[] name) {
        return result(libc.lremovexattr(path, name));
    }

    @Override
    public long read(int fd, byte[] into, int offset, int length) {
        byte[] buffer = offset == 0 && length == into.length ? into : new byte[Math.min(length, CHUNK)];
        long read = result(libc.read(fd, buffer, Math.min(buffer.length, CHUNK)));
        if (read > 0 && buffer != into) {
            System.arraycopy(buffer, 0, into, offset, (int) read);
        }
        return read;
    }

    @Override
    public long write(int fd, byte[] from, int offset, int length) {
        int size = Math.min(length, CHUNK);
        byte[] part = offset == 0 && size == from.length ? from : Arrays.copyOfRange(from, offset, offset + size);
        return result(libc.write(fd, part, size));
    }

    @Override
    public long lseek(int fd, long offset, int whence) {
        return result(libc.lseek(fd, offset, whence));
    }

    @Override
    public int ftruncate(int fd, long size) {
        return result(libc.ftruncate(fd, size));
    }

    @Override
    public long copyFileRange(int from, int to, long length) {
        return result(libc.syscall(numbers.copyFileRange, from, 0L, to, 0L, length, 0L));
    }

    @Override
    public int ioctl(int fd, long request, long argument) {
        return result(libc.ioctl(fd, request, argument));
    }

    @Override
    public int fsync(int fd) {
        return result(libc.fsync(fd));
    }

    @Override
    public int syncfs(int fd) {
        return result(libc.syncfs(fd));
    }

    @Override
    public int geteuid() {
        return libc.geteuid();
    }
}
