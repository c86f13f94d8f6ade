package dev.jbuild.fs;

import dev.jbuild.sys.Errno;
import dev.jbuild.sys.SyscallException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Optional;

/** What to tell people whose user namespace doesn't have the owner that a file was to get. */
public final class MissingIds {
    /** What would help. */
    public static final String REMEDY =
            "have root give you more of them: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 USER";

    private MissingIds() {}

    /** Why a call failed, if that was it: the kernel calls an owner that there is none an invalid argument. */
    public static Optional<String> hint(IOException failure) {
        return isOfOwner(failure)
                ? Optional.of("the user namespace has no such user or group; " + REMEDY + " (jbuild doctor says more)")
                : Optional.empty();
    }

    private static boolean isOfOwner(IOException failure) {
        if (failure instanceof SyscallException e) {
            return e.call().equals("fchownat") && e.is(Errno.EINVAL);
        }
        // The JDK doesn't say which call it was; elsewhere than in a namespace it was another one.
        return failure instanceof FileSystemException e && "Invalid argument".equals(e.getReason()) && isNamespace();
    }

    private static boolean isNamespace() {
        try {
            return !IdMap.users().isOfMachine();
        } catch (IOException e) {
            return false;
        }
    }
}
