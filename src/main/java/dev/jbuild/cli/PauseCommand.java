package dev.jbuild.cli;

import dev.jbuild.engine.Engine;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code jbuild pause}. */
@Command(name = "pause", description = "Stop all processes of containers where they are.")
final class PauseCommand implements JbuildCommand {
    @Parameters(arity = "1..*", paramLabel = "CONTAINER", description = "Names or IDs.")
    private List<String> containers = new ArrayList<>();

    @Override
    public int run(Invocation invocation) throws JbuildException {
        try (Engine engine = invocation.open()) {
            ContainerArguments.each(engine, containers, (nameOrId, container) -> {
                engine.containers().freeze(container, true);
                invocation.console().out().println(nameOrId);
            });
        }
        return ExitCode.OK;
    }
}
