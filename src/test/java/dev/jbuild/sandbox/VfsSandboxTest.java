package dev.jbuild.sandbox;

import java.util.Optional;

/** What processes are given whose root file system is a copy. */
class VfsSandboxTest extends SandboxContract {
    @Override
    String runtime() {
        return "";
    }

    @Override
    Optional<StorageDriver> storage() {
        return Optional.of(StorageDriver.VFS);
    }
}
