package dev.jbuild.engine;

import java.io.InputStream;
import java.nio.file.Path;

/** What a build is to copy from. */
public sealed interface ContextSource {
    /** A directory of this machine. */
    record Directory(Path path) implements ContextSource {}

    /**
     * Something on another machine: a git repository, an archive, or a Buildfile alone.
     *
     * @param address of a git repository or an HTTP address
     */
    record Remote(String address) implements ContextSource {}

    /** A tar, compressed or not, as from standard input. Read once. */
    record Archive(InputStream content) implements ContextSource {}
}
