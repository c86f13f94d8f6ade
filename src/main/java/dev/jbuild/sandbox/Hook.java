package dev.jbuild.sandbox;

import java.util.List;
import java.util.OptionalLong;

/**
 * A program that is run on this machine when a container is made or removed, as the OCI Runtime Specification has it.
 *
 * @param moment when it is run, such as {@code createContainer}
 * @param args with the name that it is called by first
 * @param env {@code NAME=value}
 * @param timeoutSeconds how long it may take
 */
public record Hook(String moment, String path, List<String> args, List<String> env, OptionalLong timeoutSeconds) {
    public Hook {
        args = List.copyOf(args);
        env = List.copyOf(env);
    }

    /** All that is said of it, in a line. */
    @Override
    public String toString() {
        return moment + " " + path + " " + args + " " + env;
    }
}
