package dev.jbuild.problem;

/** The command line is wrong. */
public final class UsageError extends UserError {
    private static final long serialVersionUID = 1;

    public UsageError(String what, String... hints) {
        super(what, hints);
    }

    @Override
    public int exitCode() {
        return ExitCode.USAGE;
    }
}
