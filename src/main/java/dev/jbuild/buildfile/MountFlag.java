package dev.jbuild.buildfile;

import dev.jbuild.problem.UserError;

/** The value of a {@code RUN --mount}. */
final class MountFlag {
    private MountFlag() {}

    static Mount parse(String value, Expander expander) throws UserError {
        throw new UserError("reading the mount " + expander.expand(value) + " is not there yet");
    }
}
