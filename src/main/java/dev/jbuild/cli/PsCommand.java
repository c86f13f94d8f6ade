package dev.jbuild.cli;

import dev.jbuild.containers.Container;
import dev.jbuild.containers.ContainerState;
import dev.jbuild.engine.Engine;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UsageError;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code jbuild ps}. */
@Command(name = "ps", description = "List containers that run in the background.")
final class PsCommand implements JbuildCommand {
    private static final int COMMAND_LENGTH = 20;

    @Option(
            names = {"-a", "--all"},
            description = "Those that have ended, too.")
    private boolean all;

    @Option(
            names = {"-q", "--quiet"},
            description = "Print IDs only.")
    private boolean quiet;

    @Option(names = "--no-trunc", description = "Print IDs and commands whole.")
    private boolean whole;

    @Option(
            names = {"-n", "--last"},
            paramLabel = "N",
            description = "The last N, whatever has become of them.")
    private int last = -1;

    @Option(
            names = {"-l", "--latest"},
            description = "The last one, whatever has become of it.")
    private boolean latest;

    @Option(
            names = {"-f", "--filter"},
            paramLabel = "KEY=VALUE",
            description = "Only those with this: id=, name=, status=created|running|paused|exited|dead, exited=CODE,"
                    + " ancestor=IMAGE. Of one key any, of several keys all must fit.")
    private List<String> filters = new ArrayList<>();

    @Option(names = "--format", paramLabel = "json", description = "Print a JSON object a line.")
    private @Nullable String format;

    /** A container and how it is. */
    private record Row(Container container, ContainerState state) {}

    @Override
    public int run(Invocation invocation) throws JbuildException {
        boolean json = Listing.isJson(format);
        ContainerFilters wanted = ContainerFilters.parse(filters);
        Console console = invocation.console();
        List<Row> rows = new ArrayList<>();
        int most = latest ? 1 : last;
        try (Engine engine = invocation.open()) {
            for (Container container : engine.containers().list()) {
                ContainerState state = engine.containers().state(container);
                boolean shown = all || most >= 0 || wanted.asksForState() || state.isRunning();
                if (shown && wanted.fit(container, state) && (most < 0 || rows.size() < most)) {
                    rows.add(new Row(container, state));
                }
            }
        }
        if (quiet) {
            rows.forEach(row -> console.out().println(id(row)));
        } else if (json) {
            rows.forEach(row -> console.out().println(Listing.line(fields(row))));
        } else {
            Table table = new Table("CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "PORTS", "NAMES");
            for (Row row : rows) {
                table.row(
                        id(row),
                        image(row),
                        command(row.container()),
                        ago(row.container().created()),
                        status(row.state()),
                        "",
                        row.container().name());
            }
            table.print(console.out());
        }
        return ExitCode.OK;
    }

    private Map<String, String> fields(Row row) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("Command", command(row.container()));
        fields.put("CreatedAt", row.container().created().toString());
        fields.put("ID", id(row));
        fields.put("Image", image(row));
        fields.put("Labels", "");
        fields.put("LocalVolumes", "0");
        fields.put("Mounts", "");
        fields.put("Names", row.container().name());
        fields.put("Networks", row.container().network());
        fields.put("Ports", "");
        fields.put("RunningFor", ago(row.container().created()));
        fields.put("State", word(row.state()));
        fields.put("Status", status(row.state()));
        return fields;
    }

    private String id(Row row) {
        return whole ? row.container().id() : row.container().shortId();
    }

    private static String image(Row row) {
        return row.container().image();
    }

    private String command(Container container) {
        String text = NameLines.escaped(String.join(" ", container.args()).getBytes(StandardCharsets.UTF_8));
        boolean cut = !whole && text.length() > COMMAND_LENGTH;
        return "\"" + (cut ? text.substring(0, COMMAND_LENGTH - 1) + "…" : text) + "\"";
    }

    private static String ago(Instant time) {
        return Quantities.ago(Duration.between(time, Instant.now()));
    }

    /** {@code running}. */
    static String word(ContainerState state) {
        return state.status().name().toLowerCase(Locale.ROOT);
    }

    /** As docker has it. */
    static String status(ContainerState state) {
        String since = state.started()
                .map(time -> Quantities.time(Duration.between(time, Instant.now())))
                .orElse("");
        Optional<String> ago = state.finished().map(PsCommand::ago);
        return switch (state.status()) {
            case CREATED -> "Created";
            case RUNNING -> "Up " + since;
            case PAUSED -> "Up " + since + " (Paused)";
            case EXITED ->
                "Exited (" + state.exitStatus() + ")"
                        + ago.map(time -> " " + time).orElse("");
            case DEAD -> "Dead";
        };
    }

    /** What {@code --filter} asks for. */
    private record ContainerFilters(Map<String, List<String>> values) {
        private static final List<String> KEYS = List.of("id", "name", "status", "exited", "ancestor");

        static ContainerFilters parse(List<String> filters) throws UsageError {
            Map<String, List<String>> values = new LinkedHashMap<>();
            for (String filter : filters) {
                int equals = filter.indexOf('=');
                String key = equals < 0 ? filter : filter.substring(0, equals);
                if (equals < 0 || !KEYS.contains(key)) {
                    throw new UsageError(
                            "--filter " + filter + " is not supported", "known are " + String.join("=, ", KEYS) + "=");
                }
                values.computeIfAbsent(key, none -> new ArrayList<>()).add(filter.substring(equals + 1));
            }
            return new ContainerFilters(values);
        }

        boolean asksForState() {
            return values.containsKey("status") || values.containsKey("exited");
        }

        boolean fit(Container container, ContainerState state) {
            return values.entrySet().stream()
                    .allMatch(filter -> filter.getValue().stream()
                            .anyMatch(value -> fits(filter.getKey(), value, container, state)));
        }

        private static boolean fits(String key, String value, Container container, ContainerState state) {
            return switch (key) {
                case "id" -> container.id().startsWith(value);
                case "name" -> container.name().contains(value);
                case "status" -> word(state).equals(value);
                case "exited" ->
                    state.status() == ContainerState.Status.EXITED
                            && Integer.toString(state.exitStatus()).equals(value);
                default ->
                    container.image().equals(value)
                            || container.image().equals(value + ":latest")
                            || container.imageId().startsWith(value.startsWith("sha256:") ? value : "sha256:" + value);
            };
        }
    }
}
