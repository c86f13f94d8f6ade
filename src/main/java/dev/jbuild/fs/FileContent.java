package dev.jbuild.fs;

import dev.jbuild.sys.Errno;
import dev.jbuild.sys.Fd;
import dev.jbuild.sys.Linux;
import dev.jbuild.sys.SyscallException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/** Puts content into an empty file, by the cheapest way there is. */
public final class FileContent {
    private static final int BLOCK = 1 << 16;
    private static final byte[] ZEROS = new byte[BLOCK];
    private static final Set<Errno> CANT_IN_KERNEL = EnumSet.of(
            Errno.EOPNOTSUPP, Errno.EXDEV, Errno.EINVAL, Errno.ENOTTY, Errno.ENOSYS, Errno.EPERM, Errno.ETXTBSY);

    private FileContent() {}

    /** The whole of {@code from}, shared on disk if the file system can, else copied inside the kernel if it can. */
    public static void copy(Fd from, Fd to) throws IOException {
        try {
            Linux.clone(from, to);
            return;
        } catch (SyscallException e) {
            rethrowUnlessUnsupported(e);
        }
        if (!copyInKernel(from, to)) {
            write(from.input(), to);
        }
    }

    private static boolean copyInKernel(Fd from, Fd to) throws IOException {
        boolean started = false;
        try {
            while (Linux.copyFileRange(from, to, 1L << 30) > 0) {
                started = true;
            }
            // Files of /proc and the like say they are empty; only reading tells.
            return started;
        } catch (SyscallException e) {
            rethrowUnlessUnsupported(e);
            return false;
        }
    }

    private static void rethrowUnlessUnsupported(SyscallException e) throws SyscallException {
        if (!CANT_IN_KERNEL.contains(e.errno())) {
            throw e;
        }
    }

    /** All of a stream; blocks of zeros become holes. Returns how many bytes it had. */
    public static long write(InputStream from, Fd to) throws IOException {
        byte[] block = new byte[BLOCK];
        long size = 0;
        boolean hole = false;
        while (true) {
            int length = from.readNBytes(block, 0, BLOCK);
            if (length == 0) {
                break;
            }
            size += length;
            hole = length >= 4096 && block[0] == 0 && Arrays.equals(block, 0, length, ZEROS, 0, length);
            if (hole) {
                Linux.seek(to, size);
            } else {
                Linux.writeFully(to, block, 0, length);
            }
        }
        if (hole) {
            Linux.ftruncate(to, size);
        }
        return size;
    }
}
