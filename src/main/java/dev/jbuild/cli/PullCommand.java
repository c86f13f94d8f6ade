package dev.jbuild.cli;

import dev.jbuild.engine.Engine;
import dev.jbuild.image.LocalImage;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jbuild pull}. */
@Command(name = "pull", description = "Get an image from its registry.")
final class PullCommand implements JbuildCommand {
    @Mixin
    private TransferOptions options = new TransferOptions();

    @Option(names = "--platform", paramLabel = "OS/ARCH", description = "The image for this platform.")
    private @Nullable String platform;

    @Parameters(paramLabel = "NAME[:TAG|@DIGEST]", description = "The image.")
    private String name = "";

    @Override
    public int run(Invocation invocation) throws JbuildException {
        ImageReference reference = Invocation.reference(name);
        Platform wanted = invocation.platform(Optional.ofNullable(platform));
        ProgressViews views = new ProgressViews(invocation.console(), invocation.globals().debug);
        ProgressViews.Kind kind = views.kind(options.quiet, options.progress);
        Cancellation cancellation = Invocation.interruptible();
        LocalImage image;
        try (ProgressView view = views.open(kind);
                Engine engine = invocation.open(options.registries)) {
            image = TransferEvents.told(
                    "pulling " + reference.familiar(),
                    view,
                    progress -> engine.images().pull(reference, wanted, progress, cancellation));
        }
        if (!options.quiet) {
            invocation.console().out().println("Digest: " + image.target().digest());
        }
        invocation.console().out().println(reference);
        return ExitCode.OK;
    }
}
