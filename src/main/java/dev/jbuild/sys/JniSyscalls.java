package dev.jbuild.sys;

/** By a library of ours (src/main/jni), which starts in no time. It was made for the machine that the program was built on. */
final class JniSyscalls implements Syscalls {
    private static final String LIBRARY = "jbuild";

    private JniSyscalls() {}

    /**
     * From a directory of {@code java.library.path}.
     *
     * @throws UnsatisfiedLinkError if it isn't there, or is for another machine
     */
    static JniSyscalls load() {
        System.loadLibrary(LIBRARY);
        return new JniSyscalls();
    }

    @Override
    public native int directoryFlag();

    @Override
    public native int noFollowFlag();

    @Override
    public native int close(int fd);

    @Override
    public native int openat(int dir, byte[] path, int flags, int mode);

    @Override
    public native int openat2(int dir, byte[] path, long flags, long mode, long resolve);

    @Override
    public native int statx(int dir, byte[] path, int flags, int mask, byte[] into);

    @Override
    public native long readlinkat(int dir, byte[] path, byte[] into);

    @Override
    public native long getdents64(int fd, byte[] into);

    @Override
    public native int mkdirat(int dir, byte[] path, int mode);

    @Override
    public native int mknodat(int dir, byte[] path, int mode, long device);

    @Override
    public native int symlinkat(byte[] target, int dir, byte[] path);

    @Override
    public native int linkat(int fromDir, byte[] from, int toDir, byte[] to, int flags);

    @Override
    public native int unlinkat(int dir, byte[] path, int flags);

    @Override
    public native int renameat2(int fromDir, byte[] from, int toDir, byte[] to, int flags);

    @Override
    public native int fchownat(int dir, byte[] path, int uid, int gid, int flags);

    @Override
    public native int fchmodat(int dir, byte[] path, int mode);

    @Override
    public native int fchmod(int fd, int mode);

    @Override
    public native int utimensat(int dir, byte[] path, long seconds, long nanos, int flags);

    @Override
    public native long llistxattr(byte[] path, byte[] into);

    @Override
    public native long lgetxattr(byte[] path, byte[] name, byte[] into);

    @Override
    public native int lsetxattr(byte[] path, byte[] name, byte[] value);

    @Override
    public native int lremovexattr(byte[] path, byte[] name);

    @Override
    public native long read(int fd, byte[] into, int offset, int length);

    @Override
    public native long write(int fd, byte[] from, int offset, int length);

    @Override
    public native long lseek(int fd, long offset, int whence);

    @Override
    public native int ftruncate(int fd, long size);

    @Override
    public native long copyFileRange(int from, int to, long length);

    @Override
    public native int ioctl(int fd, long request, long argument);

    @Override
    public native int fsync(int fd);

    @Override
    public native int syncfs(int fd);

    @Override
    public native int geteuid();
}
