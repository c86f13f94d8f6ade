package dev.jbuild.problem;

/** The exit codes of the program, as users of docker and POSIX shells know them. */
public final class ExitCode {
    public static final int OK = 0;
    /** The build is red: a step failed, the Buildfile is wrong, the registry refused. */
    public static final int FAILED = 1;
    /** The command line is wrong. */
    public static final int USAGE = 2;
    /** jbuild itself could not work: store, kernel, runtime set-up. */
    public static final int ENGINE = 125;
    /** {@code run}: the command is not executable. */
    public static final int NOT_EXECUTABLE = 126;
    /** {@code run}: the command was not found. */
    public static final int NOT_FOUND = 127;
    /** Interrupted by the user, after cleaning up. */
    public static final int INTERRUPTED = 130;

    private ExitCode() {}
}
