package dev.jbuild.cli;

import dev.jbuild.config.EnvironmentVariable;
import dev.jbuild.problem.UsageError;
import dev.jbuild.sandbox.StorageDriver;
import java.util.Optional;

/** What {@code --storage-driver} and {@code STORAGE_DRIVER} say: how root file systems are made of layers. */
final class StorageDriverFlag {
    static final String KNOWN = "overlay, fuse-overlayfs or vfs";

    private StorageDriverFlag() {}

    /** Absent for a name that is unknown. */
    static Optional<StorageDriver> parse(String name) {
        return switch (name) {
            case "overlay", "overlay2" -> Optional.of(StorageDriver.OVERLAY);
            case "fuse-overlayfs" -> Optional.of(StorageDriver.FUSE_OVERLAYFS);
            case "vfs" -> Optional.of(StorageDriver.VFS);
            default -> Optional.empty();
        };
    }

    /** The flag, then the environment; absent for the best way that works. */
    static Optional<StorageDriver> of(GlobalOptions options, Console console) throws UsageError {
        Optional<String> given = options.storageDriver();
        if (given.isPresent()) {
            return Optional.of(parse(given.get())
                    .orElseThrow(() -> new UsageError(
                            "--storage-driver " + given.get() + " is unknown", "it is one of " + KNOWN)));
        }
        return console.variable(EnvironmentVariable.STORAGE_DRIVER).flatMap(StorageDriverFlag::parse);
    }
}
