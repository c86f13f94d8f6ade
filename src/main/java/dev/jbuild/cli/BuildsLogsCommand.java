package dev.jbuild.cli;

import dev.jbuild.builds.BuildRecord;
import dev.jbuild.builds.RecordedStep;
import dev.jbuild.engine.Engine;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code jbuild builds logs}. */
@Command(name = "logs", description = "Print what the steps of a build printed, whole.")
final class BuildsLogsCommand implements JbuildCommand {
    @Parameters(
            arity = "0..1",
            paramLabel = "BUILD",
            description = "The beginning of a build's ID; the latest without one.")
    private String build = "";

    @Parameters(
            arity = "0..1",
            paramLabel = "STEP",
            description = "One step alone: its number, :LINE of the Buildfile, or a part of its name.")
    private @Nullable String step;

    @Override
    public int run(Invocation invocation) throws JbuildException, IOException {
        Console console = invocation.console();
        try (Engine engine = invocation.open()) {
            BuildRecord record = engine.builds().find(build);
            String wanted = step;
            List<RecordedStep> steps = wanted == null ? record.steps() : BuildsCommands.steps(record, wanted);
            for (RecordedStep each : steps) {
                if (each.logBytes() == 0) {
                    continue;
                }
                if (wanted == null) {
                    console.out().println("#" + each.number() + " " + BuildsCommands.name(each));
                }
                try (InputStream log = engine.builds().log(record, each)) {
                    log.transferTo(console.out());
                }
            }
            console.out().flush();
        }
        return ExitCode.OK;
    }
}
