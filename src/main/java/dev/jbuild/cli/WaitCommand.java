package dev.jbuild.cli;

import dev.jbuild.engine.Engine;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code jbuild wait}. */
@Command(name = "wait", description = "Wait for containers to end, and print the exit status of each.")
final class WaitCommand implements JbuildCommand {
    @Parameters(arity = "1..*", paramLabel = "CONTAINER", description = "Names or IDs.")
    private List<String> containers = new ArrayList<>();

    @Override
    public int run(Invocation invocation) throws JbuildException {
        Cancellation cancellation = Invocation.interruptible();
        try (Engine engine = invocation.open()) {
            ContainerArguments.each(
                    engine,
                    containers,
                    (nameOrId, container) -> invocation
                            .console()
                            .out()
                            .println(engine.containers().await(container, cancellation)));
        }
        return ExitCode.OK;
    }
}
