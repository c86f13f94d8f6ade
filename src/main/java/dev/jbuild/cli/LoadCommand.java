package dev.jbuild.cli;

import dev.jbuild.engine.Engine;
import dev.jbuild.image.LoadedImage;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UsageError;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code jbuild load}. */
@Command(name = "load", description = "Read images from an archive or an OCI layout directory.")
final class LoadCommand implements JbuildCommand {
    @Option(
            names = {"-i", "--input"},
            paramLabel = "FILE|DIR",
            description = "The archive or directory; - or nothing is standard input.")
    private String input = "-";

    @Option(
            names = {"-t", "--tag"},
            paramLabel = "NAME[:TAG]",
            description = "Name the image so, in place of the names it comes with.")
    private @Nullable String tag;

    @Option(names = "--platform", paramLabel = "OS/ARCH", description = "The image for this platform.")
    private @Nullable String platform;

    @Option(
            names = {"-q", "--quiet"},
            description = "Print nothing.")
    private boolean quiet;

    @Override
    public int run(Invocation invocation) throws JbuildException {
        Console console = invocation.console();
        Optional<ImageReference> name = tag == null ? Optional.empty() : Optional.of(Invocation.reference(tag));
        Platform wanted = invocation.platform(Optional.ofNullable(platform));
        Path path = console.resolve(input);
        if (input.equals("-") && console.inputIsTerminal()) {
            throw new UsageError("an archive is expected on standard input, which is a terminal", "use --input FILE");
        }
        if (!input.equals("-") && !Files.exists(path)) {
            throw new UserError("there is no archive " + input);
        }
        Cancellation cancellation = Invocation.interruptible();
        try (Engine engine = invocation.open()) {
            List<LoadedImage> loaded = input.equals("-")
                    ? engine.loader().load(console.in(), name, wanted, cancellation)
                    : engine.loader().load(path, name, wanted, cancellation);
            if (!quiet) {
                loaded.forEach(image -> print(console, image));
            }
        }
        return ExitCode.OK;
    }

    private static void print(Console console, LoadedImage image) {
        if (image.names().isEmpty()) {
            console.out().println("Loaded image ID: " + image.id());
        }
        image.names().forEach(name -> console.out().println("Loaded image: " + name.familiar()));
    }
}
