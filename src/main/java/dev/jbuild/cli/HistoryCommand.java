package dev.jbuild.cli;

import dev.jbuild.engine.Engine;
import dev.jbuild.inspect.HistoryReport;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jbuild history}. */
@Command(name = "history", description = "List the steps that an image was made by.")
final class HistoryCommand implements JbuildCommand {
    private static final int SHOWN = 45;

    @Option(
            names = {"-q", "--quiet"},
            description = "Print IDs only.")
    private boolean quiet;

    @Option(names = "--no-trunc", description = "Print everything whole.")
    private boolean whole;

    @Option(
            names = {"-H", "--human"},
            description = "Print sizes and times for people.",
            arity = "0..1",
            fallbackValue = "true")
    private boolean human = true;

    @Option(names = "--format", paramLabel = "json", description = "Print a JSON object a line.")
    private @Nullable String format;

    @Option(names = "--platform", paramLabel = "OS/ARCH", description = "The image for this platform.")
    private @Nullable String platform;

    @Parameters(paramLabel = "IMAGE", description = "A name or an ID.")
    private String image = "";

    @Override
    public int run(Invocation invocation) throws JbuildException {
        boolean json = Listing.isJson(format);
        List<HistoryReport.Line> lines;
        try (Engine engine = invocation.open()) {
            lines = HistoryReport.of(new Facts(engine).of(image, invocation.platform(Optional.ofNullable(platform))));
        }
        Console console = invocation.console();
        if (quiet) {
            lines.forEach(line -> console.out().println(id(line)));
        } else if (json) {
            lines.forEach(line -> console.out().println(Listing.line(fields(line))));
        } else {
            Table table = new Table("IMAGE", "CREATED", "CREATED BY", "SIZE", "COMMENT");
            lines.forEach(line -> table.row(id(line), created(line), createdBy(line), size(line), line.comment()));
            table.print(console.out());
        }
        return ExitCode.OK;
    }

    private Map<String, String> fields(HistoryReport.Line line) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("Comment", line.comment());
        fields.put("CreatedAt", line.created().map(Instant::toString).orElse(""));
        fields.put("CreatedBy", createdBy(line));
        fields.put("CreatedSince", created(line));
        fields.put("ID", id(line));
        fields.put("Size", size(line));
        return fields;
    }

    private String id(HistoryReport.Line line) {
        boolean shorten = !whole && line.id().startsWith("sha256:");
        return shorten ? line.id().substring(7, 19) : line.id();
    }

    private String created(HistoryReport.Line line) {
        if (line.created().isEmpty()) {
            return "N/A";
        }
        Instant time = line.created().get();
        return human ? Quantities.ago(Duration.between(time, Instant.now())) : time.toString();
    }

    private String createdBy(HistoryReport.Line line) {
        String text = line.createdBy().replaceAll("[\\t\\n\\r]+", " ");
        return whole || text.length() <= SHOWN ? text : text.substring(0, SHOWN - 1) + "…";
    }

    private String size(HistoryReport.Line line) {
        return human ? Quantities.size(line.size()) : String.valueOf(line.size());
    }
}
