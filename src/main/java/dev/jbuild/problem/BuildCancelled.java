package dev.jbuild.problem;

import java.util.List;

/** The user, or a failure elsewhere in the build, asked to stop. */
public final class BuildCancelled extends JbuildException {
    private static final long serialVersionUID = 1;

    public BuildCancelled() {
        super("cancelled", null, List.of(), null);
    }

    @Override
    public int exitCode() {
        return ExitCode.INTERRUPTED;
    }
}
