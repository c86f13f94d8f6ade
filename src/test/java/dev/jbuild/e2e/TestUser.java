package dev.jbuild.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A user without privileges, whom only programs know that run by this: in a namespace of mounts with other files of users. The
 * user's store and working directory are in a directory of its own.
 */
final class TestUser {
    private static final String SCRIPT = "dir=$1 dist=$2 uid=$3; shift 3; for f in passwd subuid subgid; do"
            + " [ -e /etc/$f ] || : >/etc/$f; mount --bind $dir/$f /etc/$f; done; mount --bind $dist $dir/jbuild;"
            + " if [ -d /dev/net ]; then mount -t tmpfs -o mode=755 none /dev/net; mknod -m 666 /dev/net/tun c 10 200; fi;"
            + " if [ -e /dev/fuse ]; then [ -e $dir/fuse ] || mknod -m 666 $dir/fuse c 10 229; mount --bind $dir/fuse /dev/fuse; fi;"
            + " exec setpriv --reuid=$uid --regid=$uid --clear-groups \"$@\"";

    private final Path directory;
    private final int uid;

    /**
     * @param directory an empty one
     * @param subordinate the lines of /etc/subuid and /etc/subgid
     */
    TestUser(Path directory, String name, int uid, String subordinate) throws IOException {
        this.directory = directory;
        this.uid = uid;
        Files.createDirectories(directory.resolve("jbuild"));
        Files.writeString(
                directory.resolve("passwd"),
                "root:x:0:0:root:/root:/bin/sh\n%s:x:%d:%d::%s:/bin/sh\n".formatted(name, uid, uid, work()));
        Files.writeString(directory.resolve("subuid"), subordinate);
        Files.writeString(directory.resolve("subgid"), subordinate);
        Files.createDirectory(work());
        // Directories of tests are root's alone.
        Program.shell("chown " + uid + ":" + uid + " '" + work() + "'; chmod 755 '" + directory + "' '"
                + directory.getParent() + "'; chmod 755 '" + directory + "'/*");
    }

    Path work() {
        return directory.resolve("work");
    }

    /** What runs a command as this user, given as its last arguments. */
    List<String> command() {
        return List.of("unshare", "-m", "sh", "-ec", SCRIPT, "sh", directory.toString(), dist(), Integer.toString(uid));
    }

    private static String dist() {
        return Program.launcher().getParent().getParent().toString();
    }

    /** The program, run by this user. */
    Program program() {
        Program program = new Program(work().resolve("store"), work());
        program.within(command());
        program.launchedBy(launcher());
        return program;
    }

    /** That of all tests, for which there is an archive of classes; where others can't reach it, it is shown elsewhere. */
    Path launcher() {
        String reach =
                "setpriv --reuid=" + uid + " --clear-groups test -x '" + Program.launcher() + "' && echo yes || true";
        return Program.shell(reach).length > 0
                ? Program.launcher()
                : directory.resolve("jbuild").resolve("bin").resolve("jbuild");
    }
}
