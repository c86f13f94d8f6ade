package dev.jbuild.cli;

import dev.jbuild.problem.JbuildException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code jbuild prune}, and {@code jbuild builder prune}. */
@Command(name = "prune", description = "Delete what no image and no build needs.")
final class PruneCommand implements JbuildCommand {
    @Mixin
    private PruneOptions options = new PruneOptions();

    @Override
    public int run(Invocation invocation) throws JbuildException {
        return new Pruning(invocation, options).run(name -> false, "");
    }
}
