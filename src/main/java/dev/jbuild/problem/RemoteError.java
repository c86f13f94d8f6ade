package dev.jbuild.problem;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The other side failed or refused: a registry or a download. */
public non-sealed class RemoteError extends JbuildException {
    private static final long serialVersionUID = 1;

    public RemoteError(String what, String... hints) {
        super(what, null, List.of(hints), null);
    }

    public RemoteError(String what, Throwable cause, String... hints) {
        super(what, null, List.of(hints), cause);
    }

    public RemoteError(String what, @Nullable SourceExcerpt where, List<String> hints, @Nullable Throwable cause) {
        super(what, where, hints, cause);
    }

    @Override
    public int exitCode() {
        return ExitCode.FAILED;
    }
}
