package dev.jbuild.engine;

import java.util.List;
import java.util.Optional;

/**
 * One more command in a container that is running; what is absent is as for its first one.
 *
 * @param env {@code NAME=value}, added to the container's
 * @param interactive hand the caller's standard input through
 * @param terminal give it a terminal, joined to the caller's
 * @param background don't wait for it
 */
public record ExecRequest(
        List<String> command,
        List<String> env,
        Optional<String> user,
        Optional<String> cwd,
        boolean interactive,
        boolean terminal,
        boolean background) {
    public ExecRequest {
        command = List.copyOf(command);
        env = List.copyOf(env);
    }
}
