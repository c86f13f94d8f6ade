package dev.jbuild.cli;

import dev.jbuild.engine.Engine;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.solver.caches.CacheEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code jbuild cache ls}. */
@Command(name = "ls", description = "List cache mounts: their ids, sizes, last uses, and whether a step is using them.")
final class CacheLsCommand implements JbuildCommand {
    @Option(
            names = {"-q", "--quiet"},
            description = "Print names only.")
    private boolean quiet;

    @Option(names = "--format", paramLabel = "json", description = "Print a JSON object a line.")
    private @Nullable String format;

    @Override
    public int run(Invocation invocation) throws JbuildException {
        boolean json = Listing.isJson(format);
        List<CacheEntry> caches;
        try (Engine engine = invocation.open()) {
            caches = engine.caches().list();
        }
        Console console = invocation.console();
        if (quiet) {
            caches.forEach(cache -> console.out().println(cache.shortName()));
        } else if (json) {
            caches.forEach(cache -> console.out().println(Listing.line(fields(cache))));
        } else {
            table(caches).print(console.out());
        }
        return ExitCode.OK;
    }

    private static Table table(List<CacheEntry> caches) {
        Table table = new Table("NAME", "ID", "NAMESPACE", "SIZE", "LAST USED", "IN USE");
        for (CacheEntry cache : caches) {
            table.row(
                    cache.shortName(),
                    TerminalText.clean(cache.id().isEmpty() ? "<unknown>" : cache.id()),
                    TerminalText.clean(cache.namespace()),
                    Quantities.size(cache.size()),
                    Quantities.ago(Duration.between(cache.lastUsed(), Instant.now())),
                    cache.inUse() ? "yes" : "no");
        }
        return table;
    }

    private static Map<String, String> fields(CacheEntry cache) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("ID", cache.id());
        fields.put("InUse", Boolean.toString(cache.inUse()));
        fields.put("LastUsed", cache.lastUsed().toString());
        fields.put("Name", cache.name());
        fields.put("Namespace", cache.namespace());
        fields.put("Size", Long.toString(cache.size()));
        return fields;
    }
}
