package dev.jbuild.cli;

import dev.jbuild.engine.BuildRequest;
import dev.jbuild.engine.BuildResult;
import dev.jbuild.engine.Engine;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.progress.EventSink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
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
        return run(invocation, options, options.call(), context);
    }

    /** Does what is called for with a context: builds, or only looks at the Buildfile. */
    static int run(Invocation invocation, BuildOptions options, CallFlag call, String context)
            throws JbuildException, IOException {
        ProgressViews views = new ProgressViews(invocation.console(), invocation.globals().debug)
                .withHeartbeat(BuildOptions.interval("--heartbeat", options.heartbeat));
        ProgressViews.Kind kind = views.kind(options.quiet, options.progress);
        Cancellation cancellation = Invocation.interruptible();
        try (EmptyContext empty = new EmptyContext()) {
            TerminalLoan loan = new TerminalLoan(invocation.console().err(), cancellation);
            BuildRequest request = new BuildRequests(invocation, options, Optional.of(loan))
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
            try (ProgressView view = views.open(kind)) {
                loan.attach(view);
                result = options.trace == null
                        ? build(invocation, options, view, request, cancellation)
                        : traced(invocation, options, view, options.trace, request, cancellation);
            }
            tell(invocation.console(), options, request, result);
            return ExitCode.OK;
        }
    }

    private static BuildResult build(
            Invocation invocation,
            BuildOptions options,
            EventSink events,
            BuildRequest request,
            Cancellation cancellation)
            throws JbuildException {
        try (Engine engine = invocation.open(options.registries, invocation.runtime(options.runtime))) {
            return engine.build(request, events, cancellation);
        }
    }

    /** Builds, and writes the trace whatever comes of it. */
    private static BuildResult traced(
            Invocation invocation,
            BuildOptions options,
            ProgressView view,
            String trace,
            BuildRequest request,
            Cancellation cancellation)
            throws JbuildException {
        Path file = invocation.console().resolve(trace);
        TraceEvents events = new TraceEvents();
        // What can't be written is better known before the work than after it.
        write(file, events.json());
        BuildResult result;
        try {
            EventSink both = event -> {
                events.accept(event);
                view.accept(event);
            };
            result = build(invocation, options, both, request, cancellation);
        } catch (JbuildException | RuntimeException | Error e) {
            try {
                write(file, events.json());
            } catch (JbuildException unwritten) {
                e.addSuppressed(unwritten);
            }
            throw e;
        }
        write(file, events.json());
        return result;
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
