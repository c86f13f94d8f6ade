package dev.jbuild.cli;

import dev.jbuild.containers.Container;
import dev.jbuild.containers.Containers;
import dev.jbuild.engine.Engine;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code jbuild container prune}. */
@Command(name = "prune", description = "Remove all containers that have ended.")
final class ContainerPruneCommand implements JbuildCommand {
    @Option(
            names = {"-f", "--force"},
            description = "Don't ask.")
    private boolean force;

    @Override
    public int run(Invocation invocation) throws JbuildException {
        PruneOptions.confirm(invocation.console(), force, "all containers that have ended", "");
        try (Engine engine = invocation.open()) {
            List<Container> gone = remove(engine.containers(), Invocation.interruptible());
            PrintStream out = invocation.console().out();
            if (!gone.isEmpty()) {
                out.println("Deleted containers:");
                gone.forEach(container -> out.println(container.id()));
            }
        }
        return ExitCode.OK;
    }

    /** Removes those that have ended. */
    static List<Container> remove(Containers containers, Cancellation cancellation) throws JbuildException {
        containers.sweep();
        List<Container> gone = ended(containers);
        for (Container container : gone) {
            containers.remove(container, false, cancellation);
        }
        return gone;
    }

    static List<Container> ended(Containers containers) throws JbuildException {
        List<Container> ended = new ArrayList<>();
        for (Container container : containers.list()) {
            if (containers.hasEnded(container)) {
                ended.add(container);
            }
        }
        return ended;
    }
}
