package dev.jbuild.sandbox;

import dev.jbuild.testing.Needs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;

/** What processes are given whose root file system fuse-overlayfs serves. */
class FuseSandboxTest extends SandboxContract {
    @BeforeEach
    void needsFuse() {
        Needs.machine(Files.isWritable(Path.of("/dev/fuse")), "there is no /dev/fuse");
        Needs.machine(Files.isExecutable(Path.of("/usr/bin/fuse-overlayfs")), "fuse-overlayfs is not installed");
    }

    /** No test here: the server writes, of which the process knows nothing. */
    @Override
    void whatIsWrittenIsCounted() {}

    /** No test here: the server, as of version 1.10, takes the set-group-ID bit off a directory that it copies up. */
    @Override
    void parentsOfMountPointsLookUnchanged() {}

    @Override
    String runtime() {
        return "";
    }

    @Override
    Optional<StorageDriver> storage() {
        return Optional.of(StorageDriver.FUSE_OVERLAYFS);
    }
}
