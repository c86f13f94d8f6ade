package dev.jbuild.cli;

import dev.jbuild.engine.Engine;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UsageError;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.solver.caches.CacheEntry;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jbuild cache import}. */
@Command(
        name = "import",
        description =
                "Make a cache mount of a tar, in place of what it held; steps that are using it keep that to their end.")
final class CacheImportCommand implements JbuildCommand {
    @Option(
            names = "--namespace",
            paramLabel = "NAMESPACE",
            description = "What BUILDKIT_CACHE_MOUNT_NS is for the steps that are to find it; else as it was exported.")
    private @Nullable String namespace;

    @Parameters(
            index = "0",
            paramLabel = "ID",
            description = "The id of --mount=type=cache, which without one is its target.")
    private String id = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "TAR|-",
            description = "The tar, of any compression; standard input if it is - or not given.")
    private String source = "-";

    @Override
    public int run(Invocation invocation) throws JbuildException {
        Console console = invocation.console();
        if (id.isEmpty()) {
            throw new UsageError("the id of a cache mount can't be empty");
        }
        Cancellation cancellation = Invocation.interruptible();
        try (InputStream archive = open(console);
                Engine engine = invocation.open()) {
            CacheEntry made = engine.caches().importFrom(archive, id, Optional.ofNullable(namespace), cancellation);
            console.out().println(made.shortName());
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
        Path file = console.resolve(source);
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new UserError(
                    Files.isDirectory(file)
                            ? source + " is a directory, not a tar"
                            : "there is no readable tar " + source);
        }
        return new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    }
}
