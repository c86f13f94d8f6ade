package dev.jbuild.cli;

import dev.jbuild.engine.Engine;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jbuild kill}. */
@Command(name = "kill", description = "Send a signal to the commands of containers.")
final class KillCommand implements JbuildCommand {
    @Option(
            names = {"-s", "--signal"},
            paramLabel = "SIGNAL",
            description = "A name or number (KILL).")
    private String signal = "KILL";

    @Parameters(arity = "1..*", paramLabel = "CONTAINER", description = "Names or IDs.")
    private List<String> containers = new ArrayList<>();

    @Override
    public int run(Invocation invocation) throws JbuildException {
        int number = ContainerArguments.signal(signal);
        try (Engine engine = invocation.open()) {
            ContainerArguments.each(engine, containers, (nameOrId, container) -> {
                engine.containers().signal(container, number);
                invocation.console().out().println(nameOrId);
            });
        }
        return ExitCode.OK;
    }
}
