package dev.jbuild.problem;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Something went wrong that jbuild can explain. The kinds tell who must act; anything unchecked is a bug.
 *
 * <p>The message is one sentence without a trailing newline that says what happened and to what.
 */
public abstract sealed class JbuildException extends Exception
        permits UserError, StepFailed, EnvironmentError, RemoteError, StoreCorrupted, BuildCancelled {
    private static final long serialVersionUID = 1;

    private final transient List<String> hints;
    private final transient @Nullable SourceExcerpt where;

    JbuildException(String what, @Nullable SourceExcerpt where, List<String> hints, @Nullable Throwable cause) {
        super(what, cause);
        this.hints = List.copyOf(hints);
        this.where = where;
    }

    /** The sentence. */
    public final String what() {
        return String.valueOf(getMessage());
    }

    /** What the user may try next, most likely first. */
    public final List<String> hints() {
        return hints;
    }

    /** Where in a source file it happened, if it is about one. */
    public final Optional<SourceExcerpt> where() {
        return Optional.ofNullable(where);
    }

    /** The exit code of the program, see {@link ExitCode}. */
    public abstract int exitCode();
}
