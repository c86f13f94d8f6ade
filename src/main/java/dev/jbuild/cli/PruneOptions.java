package dev.jbuild.cli;

import dev.jbuild.config.EnvironmentVariable;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UsageError;
import dev.jbuild.store.CollectionRequest.Limits;
import dev.jbuild.store.CollectionRequest.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is to be deleted, as docker and buildx have it said. */
final class PruneOptions {
    @Option(
            names = {"-a", "--all"},
            description = "Delete the cache of builds too; images keep their names and layers.")
    boolean all;

    @Option(
            names = {"-f", "--force"},
            description = "Don't ask.")
    private boolean force;

    @Option(
            names = "--filter",
            paramLabel = "FIELD=VALUE",
            description = "Delete what is cached and matches: until=24h, id=, type=, description~=, inuse, shared.")
    private List<String> filters = new ArrayList<>();

    @Option(
            names = {"--reserved-space", "--keep-storage"},
            paramLabel = "SIZE",
            description = "Leave that much of the cache, such as 10GB, or 10%% of the disk.")
    private @Nullable String reserved;

    @Option(
            names = "--max-used-space",
            paramLabel = "SIZE",
            description = "Delete from the cache until it takes no more than that.")
    private @Nullable String maxUsed;

    @Option(
            names = "--min-free-space",
            paramLabel = "SIZE",
            description = "Delete from the cache until that much is free on the disk.")
    private @Nullable String minFree;

    @Option(
            names = "--keep-duration",
            paramLabel = "TIME",
            description = "Keep what was used that lately, such as 24h or 7d.")
    private @Nullable String keep;

    @Option(names = "--dry-run", description = "Only say what would go, and why.")
    boolean dryRun;

    @Option(names = "--verbose", description = "Say what went, and why.")
    boolean verbose;

    @Option(
            names = "--format",
            paramLabel = "json",
            description = "Print a JSON object for each thing, and the totals.")
    @Nullable
    String format;

    /** Which cached things go; none if nothing was said of them. */
    List<Rule> rules(long disk) throws UsageError {
        Duration idle = idle();
        Limits limits = new Limits(
                amount("--max-used-space", maxUsed, disk),
                amount("--reserved-space", reserved, disk),
                amount("--min-free-space", minFree, disk));
        boolean said = all || !filters.isEmpty() || keep != null || !limits.equals(Limits.NONE);
        return said ? List.of(new Rule(PruneFilters.parse(filters, Instant.now()), idle, limits)) : List.of();
    }

    private Duration idle() throws UsageError {
        return keep == null ? Duration.ZERO : PruneFilters.requiredDuration("--keep-duration", keep);
    }

    private static OptionalLong amount(String option, @Nullable String text, long disk) throws UsageError {
        return text == null
                ? OptionalLong.empty()
                : OptionalLong.of(SpaceAmounts.parse(option, text).of(disk));
    }

    /** Asks, unless it was said not to. */
    void confirm(Console console, String what) throws JbuildException {
        confirm(console, force || dryRun, what, ", or --dry-run to see what would go");
    }

    /** @param alternative what else can be done, after a comma */
    static void confirm(Console console, boolean force, String what, String alternative) throws JbuildException {
        if (force) {
            return;
        }
        if (!console.inputIsTerminal()
                || console.variable(EnvironmentVariable.CI).isPresent()) {
            throw new UsageError("this deletes " + what, "add --force if you mean it" + alternative);
        }
        console.err().print("This deletes " + what + ". Are you sure? [y/N] ");
        console.err().flush();
        if (!LoginCommand.firstLine(console).strip().matches("(?i)y(es)?")) {
            throw new UsageError("nothing was deleted");
        }
    }
}
