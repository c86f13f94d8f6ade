package dev.jbuild.cli;

import dev.jbuild.engine.Engine;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Parameters;

/** What stops containers where they are and lets them go on have in common. */
abstract class FreezingCommand implements JbuildCommand {
    private final boolean stop;

    @Parameters(arity = "1..*", paramLabel = "CONTAINER", description = "Names or IDs.")
    private List<String> containers = new ArrayList<>();

    FreezingCommand(boolean stop) {
        this.stop = stop;
    }

    @Override
    public int run(Invocation invocation) throws JbuildException {
        try (Engine engine = invocation.open()) {
            ContainerArguments.each(engine, containers, (nameOrId, container) -> {
                engine.containers().freeze(container, stop);
                invocation.console().out().println(nameOrId);
            });
        }
        return ExitCode.OK;
    }
}
