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
            Optional<Permissions> permissions)
            implements RunMount {}

    /** What the root directory of a cache has; it is another cache than one without. */
    record Permissions(int mode, long uid, long gid) {}

    record Tmpfs(String target, Optional<Long> sizeBytes, boolean readOnly) implements RunMount {}

    /** @param env also or only given as this variable; empty target means not as a file */
    record Secret(String id, String target, Optional<String> env, boolean required, int mode, long uid, long gid)
            implements RunMount {}

    /**
     * A socket that leads to an agent for SSH keys.
     *
     * @param target where it is; the step's variable {@code SSH_AUTH_SOCK} names it
     */
    record Ssh(String id, String target, boolean required, int mode, long uid, long gid) implements RunMount {}

    /** A read-only file whose content stands in the Buildfile, such as the script of a heredoc with an interpreter. */
    record Inline(String target, String content, int mode) implements RunMount {}

    enum Sharing {
        SHARED,
        PRIVATE,
        LOCKED
    }
}
