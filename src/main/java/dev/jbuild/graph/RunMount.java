package dev.jbuild.graph;

import java.util.Optional;

/** A {@code RUN --mount}. Targets are absolute; an {@code input} is a position in the vertex's inputs, or -1 for none. */
public sealed interface RunMount {
    String target();

    record Bind(int input, String source, String target, boolean readOnly) implements RunMount {}

    record Cache(
            int input,
            String source,
            String target,
            String id,
            Sharing sharing,
            boolean readOnly,
            int mode,
            long uid,
            long gid)
            implements RunMount {}

    record Tmpfs(String target, Optional<Long> sizeBytes) implements RunMount {}

    /** @param env also or only given as this variable; empty target means not as a file */
    record Secret(String id, String target, Optional<String> env, boolean required, int mode, long uid, long gid)
            implements RunMount {}

    /** A read-only file whose content stands in the Buildfile, such as the script of a heredoc with an interpreter. */
    record Inline(String target, String content, int mode) implements RunMount {}

    enum Sharing {
        SHARED,
        PRIVATE,
        LOCKED
    }
}
