package dev.jbuild.cli;

import dev.jbuild.engine.Engine;
import dev.jbuild.image.Finding;
import dev.jbuild.image.Finding.Outcome;
import dev.jbuild.image.Verification;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jbuild store verify}. */
@Command(name = "verify", description = "Read everything in the store, and find what is damaged or missing.")
final class StoreVerifyCommand implements JbuildCommand {
    @Mixin
    private TransferOptions options = new TransferOptions();

    @Option(
            names = "--repair",
            description = "Make again what is damaged, from what is left or from its registry; say what is lost.")
    private boolean repair;

    @Option(names = "--format", paramLabel = "json", description = "Print a JSON object for each finding.")
    private @Nullable String format;

    /** All is well, or is again: 0; something is damaged or lost: 1. */
    @Override
    public int run(Invocation invocation) throws JbuildException {
        boolean json = Listing.isJson(format);
        ProgressViews views = new ProgressViews(invocation.console(), invocation.globals().debug);
        ProgressViews.Kind kind = views.kind(options.quiet, options.progress);
        Cancellation cancellation = Invocation.interruptible();
        Verification verification;
        try (ProgressView view = views.open(kind);
                Engine engine = invocation.open(options.registries)) {
            verification = TransferEvents.told(
                    "verifying the store", view, progress -> engine.verify(repair, progress, cancellation));
        }
        PrintStream out = invocation.console().out();
        for (Finding finding : verification.findings()) {
            if (json) {
                out.println(JsonFindings.line(finding));
            } else {
                print(finding, out);
            }
        }
        if (!json && !options.quiet) {
            out.println(summary(verification));
        }
        return verification.isSound() ? ExitCode.OK : ExitCode.FAILED;
    }

    private static void print(Finding finding, PrintStream out) {
        String outcome = switch (finding.outcome()) {
            case FOUND -> "damaged";
            case REPAIRED -> "repaired";
            case LOST -> "lost";
        };
        out.println(outcome + ": " + finding.what());
        finding.problems().forEach(problem -> out.println("  " + problem));
        if (!finding.how().isEmpty()) {
            out.println("  " + finding.how());
        }
        if (!finding.images().isEmpty()) {
            out.println("  needed by " + String.join(", ", finding.images()));
        }
    }

    private static String summary(Verification verification) {
        String read = "Read " + Quantities.size(verification.bytes()) + ": "
                + Quantities.counted(verification.names(), "name") + ", "
                + Quantities.counted(verification.blobs(), "blob") + ", "
                + Quantities.counted(verification.layers(), "layer");
        if (verification.findings().isEmpty()) {
            return read + "; all is as it should be";
        }
        long damaged = verification.count(Outcome.FOUND);
        return damaged > 0
                ? read + "; " + damaged + " damaged: jbuild store verify --repair mends what can be mended"
                : read + "; " + verification.count(Outcome.REPAIRED) + " repaired, " + verification.count(Outcome.LOST)
                        + " lost";
    }
}
