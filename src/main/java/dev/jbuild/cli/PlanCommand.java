package dev.jbuild.cli;

import dev.jbuild.engine.BuildRequest;
import dev.jbuild.engine.Engine;
import dev.jbuild.engine.Forecast;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UsageError;
import dev.jbuild.progress.Cancellation;
import java.io.IOException;
import java.io.PrintStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jbuild plan}. */
@Command(
        name = "plan",
        description = "Tell what build would do with the same flags, without doing any of it. Flags on what becomes of"
                + " the result change nothing.")
final class PlanCommand implements JbuildCommand {
    private enum Format {
        TEXT,
        JSON,
        DOT
    }

    @Mixin
    private BuildOptions options = new BuildOptions();

    @Option(names = "--format", paramLabel = "text|json|dot", description = "How the plan is printed.")
    private String format = "text";

    @Parameters(
            paramLabel = "CONTEXT",
            arity = "0..1",
            description = "The directory that COPY reads from; - is a Buildfile on standard input.")
    private String context = ".";

    @Override
    public int run(Invocation invocation) throws JbuildException, IOException {
        Format wanted = format();
        ProgressViews views = new ProgressViews(invocation.console(), invocation.globals().debug);
        ProgressViews.Kind kind =
                views.kind(options.quiet, options.progress == null && !options.quiet ? "notices" : options.progress);
        Cancellation cancellation = Invocation.interruptible();
        PrintStream out = invocation.console().out();
        try (EmptyContext empty = new EmptyContext()) {
            BuildRequest request = new BuildRequests(invocation, options).request(context, empty, out);
            Forecast forecast;
            try (ProgressView view = views.open(kind);
                    Engine engine = invocation.open(options.registries)) {
                forecast = engine.plan(request, view, cancellation);
            }
            print(new PlanOutput(forecast), wanted, out);
            out.flush();
            return ExitCode.OK;
        }
    }

    private Format format() throws UsageError {
        return switch (format) {
            case "text" -> Format.TEXT;
            case "json" -> Format.JSON;
            case "dot" -> Format.DOT;
            default -> throw new UsageError("--format: there is no format " + format, "known are text, json and dot");
        };
    }

    private static void print(PlanOutput output, Format format, PrintStream out) {
        switch (format) {
            case TEXT -> output.text(out);
            case JSON -> out.println(SourceText.json(output.json()));
            case DOT -> output.dot(out);
        }
    }
}
