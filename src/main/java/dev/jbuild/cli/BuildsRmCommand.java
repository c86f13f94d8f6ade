package dev.jbuild.cli;

import dev.jbuild.builds.BuildRecord;
import dev.jbuild.engine.Engine;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UsageError;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jbuild builds rm}. */
@Command(name = "rm", description = "Forget builds, with their logs. Images and the cache stay.")
final class BuildsRmCommand implements JbuildCommand {
    @Option(
            names = {"-a", "--all"},
            description = "All that don't run.")
    private boolean all;

    @Parameters(arity = "0..*", paramLabel = "BUILD", description = "The beginning of a build's ID.")
    private List<String> builds = new ArrayList<>();

    @Override
    public int run(Invocation invocation) throws JbuildException {
        if (all != builds.isEmpty()) {
            throw new UsageError("name the builds to forget, or give --all", "jbuild builds ls lists them");
        }
        try (Engine engine = invocation.open()) {
            List<BuildRecord> found = new ArrayList<>();
            if (all) {
                engine.builds().list().stream()
                        .filter(build -> build.state() != BuildRecord.State.RUNNING)
                        .forEach(found::add);
            }
            for (String id : builds) {
                if (id.isEmpty()) {
                    throw new UsageError("an empty text is not the ID of a build", "jbuild builds ls lists them");
                }
                found.add(engine.builds().find(id));
            }
            for (BuildRecord build : found) {
                engine.builds().remove(build);
                invocation.console().out().println(build.id());
            }
        }
        return ExitCode.OK;
    }
}
