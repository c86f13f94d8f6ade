package dev.jbuild.cli;

import dev.jbuild.engine.Engine;
import dev.jbuild.image.Finding;
import dev.jbuild.image.Finding.Outcome;
import dev.jbuild.image.Verification;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
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
        NameLines lines = new NameLines(invocation.console());
        for (Finding finding : verification.findings()) {
            if (json) {
                out.println(JsonFindings.line(finding));
            } else {
                print(finding, lines);
            }
        }
        if (!json && !options.quiet) {
            out.println(summary(verification));
        }
        return verification.isSound() ? ExitCode.OK : ExitCode.FAILED;
    }

    /** Problems and reasons name files of images. */
    private static void print(Finding finding, NameLines lines) {
        String outcome = switch (finding.outcome()) {
            case FOUND -> "damaged";
            case REPAIRED -> "repaired";
            case LOST -> "lost";
        };
        lines.text(outcome + ": ").name(bytes(finding.what())).end();
        finding.problems()
                .forEach(problem -> lines.text("  ").name(bytes(problem)).end());
        if (!finding.how().isEmpty()) {
            lines.text("  ").name(bytes(finding.how())).end();
        }
        if (!finding.images().isEmpty()) {
            lines.text("  needed by ")
                    .name(bytes(String.join(", ", finding.images())))
                    .end();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
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
