package dev.jbuild.cli;

import dev.jbuild.engine.Engine;
import dev.jbuild.image.Removed;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jbuild rmi}. */
@Command(name = "rmi", description = "Remove names of images, and images without a name.")
final class RmiCommand implements JbuildCommand {
    @Option(
            names = {"-f", "--force"},
            description = "Remove all names of an image given by its ID; a missing image is no failure.")
    private boolean force;

    @Option(names = "--no-prune", hidden = true, description = "Layers stay until prune anyway.")
    @SuppressWarnings("UnusedVariable")
    private boolean noPrune;

    @Parameters(arity = "1..*", paramLabel = "IMAGE", description = "Names or IDs.")
    private List<String> images = new ArrayList<>();

    /** Removes as many as it can; the first failure is told after that. */
    @Override
    public int run(Invocation invocation) throws JbuildException {
        Console console = invocation.console();
        Optional<JbuildException> failure = Optional.empty();
        try (Engine engine = invocation.open()) {
            for (String image : images) {
                if (force
                        && engine.images()
                                .find(image, invocation.hostPlatform())
                                .isEmpty()) {
                    continue;
                }
                try {
                    print(console, engine.images().remove(image, force));
                } catch (JbuildException e) {
                    if (failure.isPresent()) {
                        failure.get().addSuppressed(e);
                    } else {
                        failure = Optional.of(e);
                    }
                }
            }
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
        return ExitCode.OK;
    }

    private static void print(Console console, Removed removed) {
        removed.untagged().forEach(name -> console.out().println("Untagged: " + name));
        removed.deleted().forEach(id -> console.out().println("Deleted: " + id));
    }
}
