package dev.jbuild.engine;

import dev.jbuild.builds.BuildRecord;
import dev.jbuild.builds.RecordedStep;
import dev.jbuild.oci.Platform;
import java.util.List;
import java.util.Optional;

/**
 * A process to be run where a step of an earlier build ran.
 *
 * @param files which of its files; what fits how it ended where nothing is said
 * @param command the shell of the step when empty
 * @param platform of this machine
 * @param terminal hand the caller's terminal through, and not only its standard input
 */
public record ShellRequest(
        BuildRecord build,
        RecordedStep step,
        Optional<Files> files,
        List<String> command,
        boolean terminal,
        Platform platform) {
    public ShellRequest {
        command = List.copyOf(command);
    }

    /** Which files of a step. */
    public enum Files {
        BEFORE,
        AFTER,
        /** Those that were kept when it had failed. */
        FAILED
    }
}
