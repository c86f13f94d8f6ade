package dev.jbuild.cli;

import dev.jbuild.engine.Engine;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UsageError;
import dev.jbuild.problem.UserError;
import dev.jbuild.solver.caches.CacheEntry;
import dev.jbuild.solver.caches.CacheInventory.Removal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jbuild cache rm}. */
@Command(name = "rm", description = "Remove cache mounts that no step is using.")
final class CacheRmCommand implements JbuildCommand {
    @Option(
            names = {"-a", "--all"},
            description = "Remove all of them.")
    private boolean all;

    @Parameters(arity = "0..*", paramLabel = "CACHE", description = "Ids, with or without NAMESPACE/, or names.")
    private List<String> caches = new ArrayList<>();

    /** Removes as many as it can; that others are in use is told after that. */
    @Override
    public int run(Invocation invocation) throws JbuildException {
        if (all != caches.isEmpty()) {
            throw new UsageError("cache rm needs either cache mounts or --all", "see them with jbuild cache ls");
        }
        Removal removal;
        try (Engine engine = invocation.open()) {
            removal = all ? engine.caches().removeAll() : engine.caches().remove(caches);
        }
        Console console = invocation.console();
        removal.removed().forEach(cache -> console.out().println("Removed: " + title(cache)));
        long bytes = removal.removed().stream().mapToLong(CacheEntry::size).sum();
        console.out().println("Total reclaimed space: " + Quantities.size(bytes));
        if (!removal.inUse().isEmpty()) {
            String left = removal.inUse().stream().map(CacheRmCommand::title).collect(Collectors.joining(", "));
            throw new UserError("in use and so not removed: " + left, "try again when the builds have ended");
        }
        return ExitCode.OK;
    }

    private static String title(CacheEntry cache) {
        String name = cache.shortName();
        return cache.title().equals(name) ? name : TerminalText.clean(cache.title()) + " (" + name + ")";
    }
}
