package dev.jbuild.problem;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The machine must change: a kernel feature, a permission, disk space, a missing program. */
public non-sealed class EnvironmentError extends JbuildException {
    private static final long serialVersionUID = 1;

    public EnvironmentError(String what, String... hints) {
        super(what, null, List.of(hints), null);
    }

    public EnvironmentError(String what, Throwable cause, String... hints) {
        super(what, null, hints.length == 0 ? DiskHints.of(cause) : List.of(hints), cause);
    }

    public EnvironmentError(String what, @Nullable SourceExcerpt where, List<String> hints, @Nullable Throwable cause) {
        super(what, where, hints, cause);
    }

    @Override
    public int exitCode() {
        return ExitCode.ENGINE;
    }
}
