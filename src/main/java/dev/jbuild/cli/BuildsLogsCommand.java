package dev.jbuild.cli;

import dev.jbuild.builds.BuildRecord;
import dev.jbuild.builds.RecordedStep;
import dev.jbuild.engine.Engine;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code jbuild builds logs}. */
@Command(name = "logs", description = "Print what the steps of a build printed, whole.")
final class BuildsLogsCommand implements JbuildCommand {
    @Mixin
    private BuildStepArguments arguments = new BuildStepArguments();

    @Override
    public int run(Invocation invocation) throws JbuildException, IOException {
        Console console = invocation.console();
        try (Engine engine = invocation.open()) {
            BuildRecord record = arguments.build(engine.builds());
            Optional<List<RecordedStep>> named = arguments.named(record);
            for (RecordedStep each : named.orElse(record.steps())) {
                if (each.logBytes() == 0) {
                    continue;
                }
                if (named.isEmpty()) {
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
