package dev.jbuild.cli;

import dev.jbuild.config.EnvironmentVariable;
import dev.jbuild.engine.Engine;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UsageError;
import dev.jbuild.store.Store.Collected;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code jbuild prune}. */
@Command(name = "prune", description = "Delete what no image and no build needs.")
final class PruneCommand implements JbuildCommand {
    @Option(
            names = {"-a", "--all"},
            description = "Delete the cache of builds too; images keep their names and layers.")
    private boolean all;

    @Option(
            names = {"-f", "--force"},
            description = "Don't ask.")
    private boolean force;

    @Override
    public int run(Invocation invocation) throws JbuildException {
        Console console = invocation.console();
        if (all && !force) {
            confirm(console);
        }
        Collected collected;
        try (Engine engine = invocation.open()) {
            collected = engine.store().collect(all);
        }
        console.out()
                .println("Deleted " + Quantities.counted(collected.layers(), "layer") + ", "
                        + Quantities.counted(collected.blobs(), "blob") + " and "
                        + Quantities.counted(collected.records(), "cache record"));
        console.out().println("Total reclaimed space: " + Quantities.size(collected.bytes()));
        return ExitCode.OK;
    }

    private static void confirm(Console console) throws JbuildException {
        if (!console.inputIsTerminal()
                || console.variable(EnvironmentVariable.CI).isPresent()) {
            throw new UsageError("prune --all deletes the whole build cache", "add --force if you mean it");
        }
        console.err().print("This deletes the whole build cache. Are you sure? [y/N] ");
        console.err().flush();
        if (!LoginCommand.firstLine(console).strip().matches("(?i)y(es)?")) {
            throw new UsageError("nothing was deleted");
        }
    }
}
