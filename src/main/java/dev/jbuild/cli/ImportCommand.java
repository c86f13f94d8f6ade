package dev.jbuild.cli;

import dev.jbuild.engine.Engine;
import dev.jbuild.image.ConfigChanges;
import dev.jbuild.image.LocalImage;
import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UsageError;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jbuild import}. */
@Command(name = "import", description = "Make an image of one layer from the tar of a root file system.")
final class ImportCommand implements JbuildCommand {
    @Option(
            names = {"-c", "--change"},
            paramLabel = "INSTRUCTION",
            description = "Configure the image, such as CMD [\"sh\"]. May be repeated.")
    private List<String> changes = new ArrayList<>();

    @Option(
            names = {"-m", "--message"},
            paramLabel = "TEXT",
            description = "A comment for the image's history.")
    private String message = "";

    @Option(names = "--platform", paramLabel = "OS/ARCH", description = "The platform the image is for.")
    private @Nullable String platform;

    @Parameters(index = "0", paramLabel = "TAR|-", description = "The tar, of any compression; - is standard input.")
    private String source = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "NAME[:TAG]", description = "The name to give.")
    private @Nullable String name;

    @Override
    public int run(Invocation invocation) throws JbuildException {
        Console console = invocation.console();
        Optional<ImageReference> reference = name == null ? Optional.empty() : Optional.of(Invocation.reference(name));
        ContainerConfig config = ConfigChanges.apply(ContainerConfig.EMPTY, changes);
        Platform target = invocation.platform(Optional.ofNullable(platform));
        Cancellation cancellation = Invocation.interruptible();
        try (InputStream tar = open(console);
                Engine engine = invocation.open()) {
            LocalImage image = engine.importer()
                    .importTar(
                            tar,
                            reference,
                            config,
                            message,
                            target,
                            SourceDate.of(console).orElseGet(Instant::now),
                            cancellation);
            console.out().println(image.id());
        } catch (IOException e) {
            throw new EnvironmentError("the tar " + source + " can't be read: " + e.getMessage(), e);
        }
        return ExitCode.OK;
    }

    private InputStream open(Console console) throws JbuildException, IOException {
        if (source.equals("-")) {
            if (console.inputIsTerminal()) {
                throw new UsageError("a tar is expected on standard input, which is a terminal");
            }
            return console.in();
        }
        if (source.contains("://")) {
            throw new UsageError("import from an address is not supported yet", "fetch " + source + " first");
        }
        Path file = console.resolve(source);
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new UserError(
                    Files.isDirectory(file)
                            ? source + " is a directory, not a tar"
                            : "there is no readable tar " + source);
        }
        return Files.newInputStream(file);
    }
}
