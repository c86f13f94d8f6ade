package dev.jbuild.cli;

import dev.jbuild.containers.Container;
import dev.jbuild.containers.ContainerState;
import dev.jbuild.containers.Containers;
import dev.jbuild.containers.NetworkCount;
import dev.jbuild.engine.Engine;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.sandbox.ContainerGroups.Usage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jbuild stats}. */
@Command(name = "stats", description = "Show what containers in the background use, again each second.")
final class StatsCommand implements JbuildCommand {
    private static final long PAUSE_MILLIS = 1000;
    private static final int PAUSES = 20;

    @Option(
            names = {"-a", "--all"},
            description = "Those that have ended, too.")
    private boolean all;

    @Option(names = "--no-stream", description = "Only once.")
    private boolean once;

    @Option(names = "--no-trunc", description = "Print IDs whole.")
    private boolean whole;

    @Option(names = "--format", paramLabel = "json", description = "Print a JSON object a line.")
    private @Nullable String format;

    @Parameters(
            arity = "0..*",
            paramLabel = "CONTAINER",
            description = "Names or IDs; all that run, if there are none.")
    private List<String> named = new ArrayList<>();

    /** What a container had used at one moment, in nanoseconds of the JVM's clock. */
    private record Sample(Usage usage, NetworkCount network, long at) {}

    @Override
    public int run(Invocation invocation) throws JbuildException {
        boolean json = Listing.isJson(format);
        Console console = invocation.console();
        Cancellation cancellation = Invocation.interruptible();
        try (Engine engine = invocation.open()) {
            Map<String, Sample> before = new LinkedHashMap<>();
            for (Container container : wanted(engine.containers())) {
                before.put(container.id(), sample(engine.containers(), container));
            }
            do {
                pause(cancellation);
                Map<String, Sample> now = new LinkedHashMap<>();
                Table table = new Table(
                        "CONTAINER ID", "NAME", "CPU %", "MEM USAGE / LIMIT", "MEM %", "NET I/O", "BLOCK I/O", "PIDS");
                for (Container container : wanted(engine.containers())) {
                    Sample sample = sample(engine.containers(), container);
                    now.put(container.id(), sample);
                    Map<String, String> fields = fields(container, before.getOrDefault(container.id(), sample), sample);
                    if (json) {
                        console.out().println(Listing.line(fields));
                    } else {
                        table.row(Stream.of("ID", "Name", "CPUPerc", "MemUsage", "MemPerc", "NetIO", "BlockIO", "PIDs")
                                .map(column -> fields.getOrDefault(column, ""))
                                .toArray(String[]::new));
                    }
                }
                if (!json) {
                    if (!once && console.redrawable()) {
                        console.out().print("\033[H\033[2J");
                    }
                    table.print(console.out());
                }
                console.out().flush();
                before = now;
            } while (!once);
        }
        return ExitCode.OK;
    }

    private List<Container> wanted(Containers containers) throws JbuildException {
        List<Container> found = new ArrayList<>();
        if (named.isEmpty()) {
            for (Container container : containers.list()) {
                if (all || containers.state(container).isRunning()) {
                    found.add(container);
                }
            }
        }
        for (String nameOrId : named) {
            found.add(containers.find(nameOrId));
        }
        return found;
    }

    private static Sample sample(Containers containers, Container container) throws JbuildException {
        ContainerState state = containers.state(container);
        NetworkCount network =
                container.network().equals("host") ? NetworkCount.NONE : NetworkCount.ofProcess(state.pid());
        return new Sample(container.groups().usage(), network, System.nanoTime());
    }

    private static void pause(Cancellation cancellation) throws JbuildException {
        for (int i = 0; i < PAUSES; i++) {
            cancellation.throwIfCancelled();
            try {
                Thread.sleep(PAUSE_MILLIS / PAUSES);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private Map<String, String> fields(Container container, Sample before, Sample now) {
        Usage usage = now.usage();
        long limit = usage.memoryLimit().orElseGet(Containers::memoryOfMachine);
        double used = now.usage().cpuNanos() - before.usage().cpuNanos();
        double share = now.at() == before.at() ? 0 : 100 * used / (now.at() - before.at());
        String id = whole ? container.id() : container.shortId();
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("BlockIO", Quantities.size(usage.readBytes()) + " / " + Quantities.size(usage.writtenBytes()));
        fields.put("CPUPerc", percent(Math.max(0, share)));
        fields.put("Container", id);
        fields.put("ID", id);
        fields.put("MemPerc", percent(limit == 0 ? 0 : 100.0 * usage.memory() / limit));
        fields.put("MemUsage", Quantities.binary(usage.memory()) + " / " + Quantities.binary(limit));
        fields.put("Name", container.name());
        fields.put(
                "NetIO",
                Quantities.size(now.network().received()) + " / "
                        + Quantities.size(now.network().sent()));
        fields.put("PIDs", Long.toString(usage.pids()));
        return fields;
    }

    private static String percent(double value) {
        return String.format(Locale.ROOT, "%.2f%%", value);
    }
}
