package dev.jbuild.problem;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The user must act: the Buildfile, a file it names, or what was asked for is wrong. */
public non-sealed class UserError extends JbuildException {
    private static final long serialVersionUID = 1;

    public UserError(String what, String... hints) {
        super(what, null, List.of(hints), null);
    }

    public UserError(String what, Throwable cause, String... hints) {
        super(what, null, List.of(hints), cause);
    }

    public UserError(String what, @Nullable SourceExcerpt where, List<String> hints, @Nullable Throwable cause) {
        super(what, where, hints, cause);
    }

    @Override
    public int exitCode() {
        return ExitCode.FAILED;
    }
}
