package dev.jbuild.cli;

import dev.jbuild.engine.Engine;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jbuild rm}. */
@Command(name = "rm", description = "Remove containers, with what was changed in them.")
final class RmCommand implements JbuildCommand {
    @Option(
            names = {"-f", "--force"},
            description = "Kill those that run; a missing one is no failure.")
    private boolean force;

    @Option(
            names = {"-v", "--volumes"},
            hidden = true,
            description = "There are no volumes.")
    @SuppressWarnings("UnusedVariable")
    private boolean volumes;

    @Parameters(arity = "1..*", paramLabel = "CONTAINER", description = "Names or IDs.")
    private List<String> containers = new ArrayList<>();

    @Override
    public int run(Invocation invocation) throws JbuildException {
        Cancellation cancellation = Invocation.interruptible();
        try (Engine engine = invocation.open()) {
            engine.containers().sweep();
            List<String> there = new ArrayList<>();
            for (String nameOrId : containers) {
                if (!force || engine.containers().lookUp(nameOrId).isPresent()) {
                    there.add(nameOrId);
                }
            }
            ContainerArguments.each(engine, there, (nameOrId, container) -> {
                engine.containers().remove(container, force, cancellation);
                invocation.console().out().println(nameOrId);
            });
        }
        return ExitCode.OK;
    }
}
