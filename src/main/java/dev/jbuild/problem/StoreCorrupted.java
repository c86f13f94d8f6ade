package dev.jbuild.problem;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The store holds something that it should not. */
public non-sealed class StoreCorrupted extends JbuildException {
    private static final long serialVersionUID = 1;

    public StoreCorrupted(String what, String... hints) {
        super(what, null, List.of(hints), null);
    }

    public StoreCorrupted(String what, Throwable cause, String... hints) {
        super(what, null, hints.length == 0 ? DiskHints.of(cause) : List.of(hints), cause);
    }

    public StoreCorrupted(String what, @Nullable SourceExcerpt where, List<String> hints, @Nullable Throwable cause) {
        super(what, where, hints, cause);
    }

    @Override
    public int exitCode() {
        return ExitCode.ENGINE;
    }
}
