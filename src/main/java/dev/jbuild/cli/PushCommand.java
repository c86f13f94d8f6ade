package dev.jbuild.cli;

import dev.jbuild.engine.Engine;
import dev.jbuild.image.LocalImage;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jbuild push}. */
@Command(name = "push", description = "Send an image to the registry of its name.")
final class PushCommand implements JbuildCommand {
    @Mixin
    private TransferOptions options = new TransferOptions();

    @Option(names = "--platform", paramLabel = "OS/ARCH", description = "Only the image for this platform, of several.")
    private @Nullable String platform;

    @Parameters(index = "0", paramLabel = "IMAGE", description = "The image's name, which says the registry too.")
    private String name = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "DESTINATION", description = "Another name in the registry.")
    private @Nullable String destination;

    @Override
    public int run(Invocation invocation) throws JbuildException {
        ImageReference reference = Invocation.reference(destination == null ? name : destination);
        ProgressViews views = new ProgressViews(invocation.console(), invocation.globals().debug);
        ProgressViews.Kind kind = views.kind(options.quiet, options.progress);
        Cancellation cancellation = Invocation.interruptible();
        Descriptor pushed;
        try (ProgressView view = views.open(kind);
                Engine engine = invocation.open(options.registries)) {
            LocalImage found = engine.images().get(name, invocation.platform(Optional.ofNullable(platform)));
            LocalImage image = platform == null ? found : found.alone();
            pushed = TransferEvents.told(
                    "pushing " + reference.familiar(),
                    view,
                    progress -> engine.images().push(image, reference, progress, cancellation));
        }
        if (options.quiet) {
            invocation.console().out().println(reference);
        } else {
            invocation
                    .console()
                    .out()
                    .println(reference.tag().map(tag -> tag + ": ").orElse("") + "digest: " + pushed.digest()
                            + " size: " + pushed.size());
        }
        return ExitCode.OK;
    }
}
