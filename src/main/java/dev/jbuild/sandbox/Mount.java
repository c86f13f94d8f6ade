package dev.jbuild.sandbox;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Something mounted over the root file system of one process. Targets are absolute paths in that root, resolved inside it
 * and made when missing.
 */
public sealed interface Mount {
    String target();

    /** A file or directory of the host. */
    record Bind(Path source, String target, boolean readOnly) implements Mount {}

    /** An overlay over directories of the host (topmost first); what is written goes to {@code upper}. */
    record Overlay(java.util.List<Path> lowers, Path upper, Path work, String subPath, String target)
            implements Mount {}

    /** An empty file system in memory. */
    record Tmpfs(String target, Optional<Long> sizeBytes, int mode) implements Mount {}
}
