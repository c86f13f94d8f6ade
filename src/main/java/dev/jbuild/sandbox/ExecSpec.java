package dev.jbuild.sandbox;

import java.util.List;

/**
 * One more process in a container that runs in the background, held as its first one is.
 *
 * @param env {@code NAME=value}
 * @param cwd absolute path in the root, which must be there
 * @param groups supplementary group ids
 * @param terminal whether it gets a terminal, which is joined to the caller's
 * @param interactive whether the caller's standard input is handed through; otherwise it is empty
 * @param background whether nobody waits for it
 */
public record ExecSpec(
        List<String> args,
        List<String> env,
        String cwd,
        long uid,
        long gid,
        List<Long> groups,
        boolean terminal,
        boolean interactive,
        boolean background) {
    public ExecSpec {
        args = List.copyOf(args);
        env = List.copyOf(env);
        groups = List.copyOf(groups);
    }
}
