package dev.jbuild.fs;

import dev.jbuild.sys.Errno;
import dev.jbuild.sys.Fd;
import dev.jbuild.sys.Linux;
import dev.jbuild.sys.RawPath;
import dev.jbuild.sys.Stat;
import dev.jbuild.sys.SyscallException;
import java.io.IOException;

/**
 * Overlayfs's marks that there is nothing at a path: the device 0/0, or, where no device can be made, an empty file with an
 * attribute. Such a place is an overlay itself, which no overlay can have its layers on; who reads layers without mounting
 * them knows both.
 */
public final class Whiteouts {
    private Whiteouts() {}

    /** Makes one where nothing is. */
    public static void make(Fd in, RawPath name, OverlayXattrs overlay) throws IOException {
        try {
            Linux.mknodat(in, name, Stat.CHARACTER_DEVICE, 0, 0);
        } catch (SyscallException e) {
            if (!e.is(Errno.EPERM)) {
                throw e;
            }
            Linux.openat(in, name, Linux.O_WRONLY | Linux.O_CREAT | Linux.O_EXCL, 0600)
                    .close();
            Linux.setxattr(in, name, overlay.whiteout(), new byte[] {'y'});
        }
    }

    /** Whether it is the device. */
    public static boolean isDevice(Stat stat) {
        return stat.type() == Stat.CHARACTER_DEVICE && stat.deviceMajor() == 0 && stat.deviceMinor() == 0;
    }

    /** Whether it is one of either kind. */
    public static boolean is(Metadata metadata, OverlayXattrs overlay) {
        return switch (metadata.kind()) {
            case CHARACTER_DEVICE -> metadata.deviceMajor() == 0 && metadata.deviceMinor() == 0;
            case FILE -> metadata.xattrs().containsKey(overlay.whiteout());
            default -> false;
        };
    }
}
