package dev.jbuild.cli;

import dev.jbuild.engine.Engine;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.store.CacheItem;
import dev.jbuild.store.StoreUsage.Row;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code jbuild system df}, and {@code jbuild du}. */
@Command(name = "df", description = "Say what the store takes on the disk, and how much of it pruning would free.")
final class SystemDfCommand implements JbuildCommand {
    private static final int ID_LENGTH = 19;

    @Option(
            names = {"-v", "--verbose"},
            description = "List each cached thing too.")
    private boolean verbose;

    @Option(names = "--format", paramLabel = "json", description = "Print a JSON object for each kind, in bytes.")
    private @Nullable String format;

    @Override
    public int run(Invocation invocation) throws JbuildException {
        boolean json = Listing.isJson(format);
        PrintStream out = invocation.console().out();
        try (Engine engine = invocation.open()) {
            List<Row> rows = engine.store().usage(directory -> ContainerArguments.hasEnded(engine, directory));
            List<CacheItem> items = verbose ? engine.store().cached() : List.of();
            if (json) {
                rows.forEach(row -> out.println(Listing.line(fields(row))));
                items.forEach(item -> out.println(Listing.line(fields(item))));
            } else {
                table(rows).print(out);
                if (!items.isEmpty()) {
                    out.println();
                    details(items).print(out);
                }
            }
        }
        return ExitCode.OK;
    }

    private static Table table(List<Row> rows) {
        Table table = new Table("TYPE", "TOTAL", "LOGICAL", "SHARED", "SIZE", "RECLAIMABLE");
        long logical = 0;
        long shared = 0;
        long physical = 0;
        long reclaimable = 0;
        for (Row row : rows) {
            row(
                    table,
                    row.kind().toString(),
                    row.things(),
                    row.logical(),
                    row.shared(),
                    row.physical(),
                    row.reclaimable());
            logical += row.logical();
            shared += row.shared();
            physical += row.physical();
            reclaimable += row.reclaimable();
        }
        int things = rows.stream().mapToInt(Row::things).sum();
        row(table, "Total", things, logical, shared, physical, reclaimable);
        return table;
    }

    private static void row(
            Table table, String what, int things, long logical, long shared, long physical, long reclaimable) {
        table.row(
                what,
                Integer.toString(things),
                Quantities.size(logical),
                Quantities.size(shared),
                Quantities.size(physical),
                Quantities.size(reclaimable));
    }

    private static Map<String, String> fields(Row row) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("Type", row.kind().toString());
        fields.put("TotalCount", Integer.toString(row.things()));
        fields.put("Logical", Long.toString(row.logical()));
        fields.put("Shared", Long.toString(row.shared()));
        fields.put("Size", Long.toString(row.physical()));
        fields.put("Reclaimable", Long.toString(row.reclaimable()));
        return fields;
    }

    private static Table details(List<CacheItem> items) {
        Table table = new Table("CACHE ID", "TYPE", "SIZE", "LAST USED", "USES", "COST", "SHARED", "WHAT");
        for (CacheItem item : items) {
            table.row(
                    item.id().startsWith("sha") ? item.id().substring(0, ID_LENGTH) : item.id(),
                    item.type().toString(),
                    Quantities.size(item.bytes()),
                    Quantities.ago(Duration.between(item.used(), Instant.now())),
                    Integer.toString(item.hits()),
                    Quantities.seconds(item.cost()),
                    Boolean.toString(item.shared()),
                    NameLines.escaped(item.description().getBytes(StandardCharsets.UTF_8)));
        }
        return table;
    }

    private static Map<String, String> fields(CacheItem item) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("ID", item.id());
        fields.put("Type", item.type().toString());
        fields.put("Description", item.description());
        fields.put("CreatedAt", item.created().toString());
        fields.put("LastUsedAt", item.used().toString());
        fields.put("UsageCount", Integer.toString(item.hits()));
        fields.put("CostMillis", Long.toString(item.cost().toMillis()));
        fields.put("Size", Long.toString(item.bytes()));
        fields.put("Shared", Boolean.toString(item.shared()));
        fields.put("InUse", Boolean.toString(item.inUse()));
        return fields;
    }
}
