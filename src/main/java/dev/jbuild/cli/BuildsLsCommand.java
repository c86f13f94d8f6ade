package dev.jbuild.cli;

import dev.jbuild.builds.BuildRecord;
import dev.jbuild.engine.Engine;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code jbuild builds ls}. */
@Command(name = "ls", description = "List the builds that were, the latest first.")
final class BuildsLsCommand implements JbuildCommand {
    @Option(
            names = {"-q", "--quiet"},
            description = "Print IDs only.")
    private boolean quiet;

    @Option(names = "--format", paramLabel = "json", description = "Print a JSON object a line.")
    private @Nullable String format;

    @Override
    public int run(Invocation invocation) throws JbuildException {
        boolean json = Listing.isJson(format);
        List<BuildRecord> builds;
        try (Engine engine = invocation.open()) {
            builds = engine.builds().list();
        }
        Console console = invocation.console();
        if (quiet) {
            builds.forEach(build -> console.out().println(build.id()));
        } else if (json) {
            builds.forEach(build -> console.out().println(Listing.line(fields(build))));
        } else {
            Table table = new Table("BUILD ID", "STATUS", "STARTED", "DURATION", "STEPS", "WHAT");
            builds.forEach(build -> table.row(
                    build.id(),
                    BuildsCommands.word(build.state()),
                    Quantities.ago(Duration.between(build.startedAt(), Instant.now())),
                    BuildsCommands.duration(build),
                    BuildsCommands.counts(build),
                    TerminalText.clean(BuildsCommands.title(build))));
            table.print(console.out());
        }
        return ExitCode.OK;
    }

    private static Map<String, String> fields(BuildRecord build) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("ID", build.id());
        fields.put("Status", BuildsCommands.word(build.state()));
        fields.put("StartedAt", build.started());
        fields.put("FinishedAt", build.finished());
        fields.put("Context", build.request().context());
        fields.put("Buildfile", build.request().buildfile());
        fields.put("Target", build.request().target());
        fields.put("Names", String.join(" ", build.request().names()));
        fields.put("Steps", BuildsCommands.counts(build));
        fields.put("Image", build.image());
        fields.put("Error", build.error());
        return fields;
    }
}
