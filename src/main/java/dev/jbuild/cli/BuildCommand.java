package dev.jbuild.cli;

import dev.jbuild.engine.BuildRequest;
import dev.jbuild.engine.BuildResult;
import dev.jbuild.engine.Engine;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code jbuild build}. */
@Command(name = "build", description = "Build an image from a Buildfile.")
final class BuildCommand implements JbuildCommand {
    @Mixin
    private BuildOptions options = new BuildOptions();

    @Parameters(
            paramLabel = "CONTEXT",
            description =
                    "What COPY reads from: a directory, a git or HTTP address, or - for an archive or a Buildfile on"
                            + " standard input.")
    private String context = ".";

    @Override
    public int run(Invocation invocation) throws JbuildException, IOException {
        UnsupportedBuildFlags.refuse(invocation.parsed());
        return run(invocation, options, options.call(), context);
    }

    /** Does what is called for with a context: builds, or only looks at the Buildfile. */
    static int run(Invocation invocation, BuildOptions options, CallFlag call, String context)
            throws JbuildException, IOException {
        ProgressViews views = new ProgressViews(invocation.console(), invocation.globals().debug);
        ProgressViews.Kind kind = views.kind(options.quiet, options.progress);
        Cancellation cancellation = Invocation.interruptible();
        Path empty = Files.createTempDirectory("jbuild-context");
        try {
            BuildRequest request = new BuildRequests(invocation, options)
                    .request(context, empty, invocation.console().out());
            if (call.method() != CallFlag.Method.BUILD) {
                BuildCall other = new BuildCall(invocation, options.registries, call, views, kind);
                int status = other.run(request, cancellation);
                if (options.metadataFile != null) {
                    write(invocation.console().resolve(options.metadataFile), other.metadata());
                }
                return status;
            }
            BuildResult result;
            try (ProgressView view = views.open(kind);
                    Engine engine = invocation.open(options.registries)) {
                result = engine.build(request, view, cancellation);
            }
            tell(invocation.console(), options, request, result);
            return ExitCode.OK;
        } finally {
            Files.deleteIfExists(empty);
        }
    }

    private static void tell(Console console, BuildOptions options, BuildRequest request, BuildResult result)
            throws JbuildException {
        if (options.iidFile != null) {
            write(console.resolve(options.iidFile), result.imageId().toString());
        }
        if (options.metadataFile != null) {
            write(console.resolve(options.metadataFile), BuildMetadata.json(result));
        }
        boolean outputTaken = request.outputs().stream().anyMatch(OutputFlag::toStandardOutput);
        if (options.quiet && !outputTaken) {
            console.out().println(result.imageId());
        }
    }

    private static void write(Path file, String text) throws JbuildException {
        try {
            Files.write(file, text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new EnvironmentError("the file " + file + " can't be written: " + e, e);
        }
    }

    BuildOptions options() {
        return options;
    }

    String context() {
        return context;
    }
}
