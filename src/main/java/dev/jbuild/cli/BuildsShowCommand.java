package dev.jbuild.cli;

import dev.jbuild.builds.BuildRecord;
import dev.jbuild.builds.RecordedStep;
import dev.jbuild.engine.Engine;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jbuild builds show}. */
@Command(name = "show", description = "Tell how a build went, step by step.")
final class BuildsShowCommand implements JbuildCommand {
    @Option(names = "--format", paramLabel = "json", description = "Print all that is recorded, as JSON.")
    private @Nullable String format;

    @Parameters(
            arity = "0..1",
            paramLabel = "BUILD",
            description = "The beginning of a build's ID; the latest without one.")
    private String build = "";

    @Override
    public int run(Invocation invocation) throws JbuildException {
        boolean json = Listing.isJson(format);
        Console console = invocation.console();
        try (Engine engine = invocation.open()) {
            BuildRecord record = engine.builds().find(build);
            if (json) {
                console.out().println(record.toJson());
            } else {
                print(record, console.out());
            }
        }
        return ExitCode.OK;
    }

    private static void print(BuildRecord build, PrintStream out) {
        out.println("Build:    " + build.id());
        out.println("What:     " + TerminalText.clean(BuildsCommands.title(build)));
        if (!build.request().names().isEmpty()) {
            out.println("Names:    " + String.join(" ", build.request().names()));
        }
        if (!build.request().platforms().isEmpty()) {
            out.println("Platform: " + String.join(" ", build.request().platforms()));
        }
        out.println("Started:  " + build.started());
        String duration = BuildsCommands.duration(build);
        out.println("Status:   " + BuildsCommands.word(build.state()) + (duration.isEmpty() ? "" : " in " + duration));
        if (!build.image().isEmpty()) {
            out.println("Image:    " + build.image());
        }
        if (!build.error().isEmpty()) {
            out.println("Error:    " + TerminalText.clean(PlainProgress.oneLine(build.error())));
        }
        out.println();
        Table table = new Table("STEP", "STATUS", "TIME", "CPU", "MEMORY", "LOG", "NAME");
        for (RecordedStep step : build.steps()) {
            table.row(
                    "#" + step.number(),
                    BuildsCommands.word(step.outcome()),
                    step.duration()
                            .filter(time -> step.ran())
                            .map(Quantities::seconds)
                            .orElse(""),
                    step.usage()
                            .map(usage -> Quantities.seconds(usage.cpuTime()))
                            .orElse(""),
                    step.usage()
                            .map(usage -> Quantities.size(usage.peakMemoryBytes()))
                            .orElse(""),
                    step.logBytes() > 0 ? Quantities.size(step.logBytes()) : "",
                    BuildsCommands.name(step));
        }
        table.print(out);
    }
}
