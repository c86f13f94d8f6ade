package dev.jbuild.cli;

import dev.jbuild.problem.JbuildException;
import dev.jbuild.store.ImageNames;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jbuild system prune}. */
@Command(
        name = "prune",
        description =
                "Delete containers that have ended, images without a name, and what no image and no build needs. Images with a name stay.")
final class SystemPruneCommand implements JbuildCommand {
    @Mixin
    private PruneOptions options = new PruneOptions();

    @Option(names = "--volumes", hidden = true, description = "There are no volumes.")
    @SuppressWarnings("UnusedVariable")
    private boolean volumes;

    @Override
    public int run(Invocation invocation) throws JbuildException {
        return new Pruning(invocation, options)
                .withContainers()
                .run(ImageNames::isId, "containers that have ended, images without a name");
    }
}
