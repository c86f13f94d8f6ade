package dev.jbuild.sandbox;

import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.sys.Errno;

/**
 * A call of the native program that failed while it set the sandbox up.
 *
 * @param call what was tried
 * @param errno its error number
 * @param reason that number in words
 * @param about what it was tried with
 */
record SetupFailure(String call, int errno, String reason, String about) {
    private static final String[] NO_HINT = {};

    JbuildException toException() {
        return isUsers() ? new UserError(userSentence()) : new EnvironmentError(sentence(), hints());
    }

    /** Whether an overlay couldn't be mounted, for a reason that may hold for all of them. */
    boolean isOfOverlay() {
        return call.equals("mount overlay")
                && (is(Errno.EINVAL)
                        || is(Errno.ENODEV)
                        || is(Errno.EPERM)
                        || is(Errno.EACCES)
                        || is(Errno.ENOSYS)
                        || is(Errno.EOPNOTSUPP));
    }

    private boolean is(Errno number) {
        return errno == number.number();
    }

    /** Whether the cause lies in the Buildfile or image, not in this machine. */
    private boolean isUsers() {
        return switch (call) {
            case "find source", "mount over" -> true;
            case "make mount point", "find mount point", "mount" ->
                is(Errno.ENOTDIR) || is(Errno.EISDIR) || is(Errno.ELOOP) || is(Errno.ENAMETOOLONG);
            default -> false;
        };
    }

    private String userSentence() {
        if (call.equals("mount over")) {
            return "cannot mount %s: nothing may be mounted on the root directory or /dev, nor on or in /proc or /sys"
                    .formatted(about);
        }
        return call.equals("find source") && is(Errno.ENOENT)
                ? "\"%s\" not found".formatted(about)
                : "cannot mount %s: %s".formatted(about, lowerCase(reason));
    }

    private String sentence() {
        return "cannot set up the sandbox: %s %s: %s".formatted(call, about, lowerCase(reason));
    }

    private static String lowerCase(String reason) {
        return reason.isEmpty() ? reason : Character.toLowerCase(reason.charAt(0)) + reason.substring(1);
    }

    private String[] hints() {
        if (is(Errno.ENOSPC) && call.equals("clone")) {
            return hint("raise the limits in /proc/sys/user (max_pid_namespaces, max_mnt_namespaces, …)");
        }
        if (is(Errno.ENOSPC) || is(Errno.EDQUOT)) {
            return hint("free some disk space");
        }
        if (is(Errno.EIO)) {
            return hint("the disk may be failing: see what the kernel says with dmesg");
        }
        if (call.equals("idmap")) {
            return hint(
                    "--userns=auto needs idmapped mounts: Linux 5.19 or later, and files on ext4, xfs, btrfs or (6.3) tmpfs",
                    "jbuild doctor says whether they work here; leave --userns=auto out if they don't");
        }
        if (call.equals("choose users")) {
            return hint("give the user containers longer ranges in /etc/subuid and /etc/subgid, or use auto:size=N");
        }
        if (is(Errno.EPERM) || is(Errno.EACCES)) {
            return hint(
                    "jbuild doctor says what is allowed here and what would help",
                    "in a container, it needs CAP_SYS_ADMIN and a seccomp profile that allows mounts (--privileged); without"
                            + " these, build --isolation=chroot does with less");
        }
        return call.equals("mount overlay") ? overlayHints() : kernelHints();
    }

    private String[] overlayHints() {
        if (is(Errno.ENODEV)) {
            return hint("the kernel lacks overlayfs: try `modprobe overlay`");
        }
        if (is(Errno.EINVAL)) {
            return hint(
                    "the store's file system may not be fit for overlayfs: keep it on ext4, xfs or btrfs, not on an overlay");
        }
        return is(Errno.E2BIG)
                ? hint(
                        "Linux 6.7 and later take up to 500 layers",
                        "`jbuild squash` makes an image of which several layers are one")
                : NO_HINT;
    }

    private String[] kernelHints() {
        if (is(Errno.EINVAL) && call.equals("clone")) {
            return hint("the kernel lacks one of the namespaces: pid, mount, ipc, uts, network");
        }
        return is(Errno.ENOSYS) ? hint("the kernel is too old: Linux 5.4 or later is needed") : NO_HINT;
    }

    private static String[] hint(String... hints) {
        return hints;
    }
}
