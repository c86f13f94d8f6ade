package dev.jbuild.problem;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A command of the user's ended with a status other than 0. */
public final class StepFailed extends JbuildException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final transient List<String> outputTail;

    /**
     * @param status the exit status of the command, 128+n when signal n killed it
     * @param outputTail the last lines the command printed
     */
    public StepFailed(
            String what, int status, List<String> outputTail, @Nullable SourceExcerpt where, List<String> hints) {
        super(what, where, hints, null);
        this.status = status;
        this.outputTail = List.copyOf(outputTail);
    }

    /** The same failure with more to say. */
    public StepFailed with(List<String> moreHints) {
        List<String> all = new ArrayList<>(hints());
        all.addAll(moreHints);
        StepFailed more = new StepFailed(what(), status, outputTail, where().orElse(null), all);
        more.addSuppressed(this);
        return more;
    }

    public int status() {
        return status;
    }

    public List<String> outputTail() {
        return outputTail;
    }

    @Override
    public int exitCode() {
        return ExitCode.FAILED;
    }
}
