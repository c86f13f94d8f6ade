package dev.jbuild.cli;

import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.solver.OnFailure;
import java.io.PrintStream;
import java.util.Optional;

/** Lends the terminal to a process in the middle of a build, whose progress holds still meanwhile. To the first only. */
final class TerminalLoan implements OnFailure.Terminal {
    private final PrintStream err;
    private final Cancellation cancellation;
    private Optional<ProgressView> view = Optional.empty();
    private boolean lent;

    TerminalLoan(PrintStream err, Cancellation cancellation) {
        this.err = err;
        this.cancellation = cancellation;
    }

    /** Says what is shown in the terminal otherwise. */
    synchronized void attach(ProgressView shown) {
        view = Optional.of(shown);
    }

    @Override
    public synchronized void lend(String reason, Use use) throws JbuildException {
        if (lent || cancellation.isCancelled()) {
            return;
        }
        lent = true;
        view.ifPresent(ProgressView::hold);
        // Ctrl-C is the shell's now.
        Interrupt.isIgnored();
        try {
            err.println();
            err.println(reason);
            err.flush();
            use.run();
        } finally {
            Interrupt.cancels(cancellation);
            view.ifPresent(ProgressView::release);
        }
    }
}
