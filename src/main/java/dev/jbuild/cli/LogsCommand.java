package dev.jbuild.cli;

import dev.jbuild.containers.Container;
import dev.jbuild.containers.ContainerLog;
import dev.jbuild.containers.Containers;
import dev.jbuild.engine.Engine;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UsageError;
import dev.jbuild.progress.Cancellation;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jbuild logs}. */
@Command(name = "logs", description = "Show what a container in the background printed.")
final class LogsCommand implements JbuildCommand {
    @Option(
            names = {"-f", "--follow"},
            description = "Go on as long as it runs.")
    private boolean follow;

    @Option(
            names = {"-n", "--tail"},
            paramLabel = "N|all",
            description = "Only the last N lines.")
    private String tail = "all";

    @Option(
            names = {"-t", "--timestamps"},
            description = "Say of each line when it was printed.")
    private boolean times;

    @Parameters(paramLabel = "CONTAINER", description = "A name or an ID.")
    private String nameOrId = "";

    @Override
    public int run(Invocation invocation) throws JbuildException {
        long wanted = wanted();
        Console console = invocation.console();
        Cancellation cancellation = Invocation.interruptible();
        try (Engine engine = invocation.open()) {
            Containers containers = engine.containers();
            Container container = containers.find(nameOrId);
            ContainerLog log = containers.log(container);
            long[] skipped = {wanted < 0 ? 0 : log.countLines() - wanted};
            Show show = new Show(console);
            log.read(
                    piece -> {
                        if (skipped[0] <= 0) {
                            show.piece(piece);
                        } else if (piece.whole()) {
                            skipped[0]--;
                        }
                    },
                    () -> follow && runs(containers, container),
                    cancellation);
        }
        return ExitCode.OK;
    }

    private long wanted() throws UsageError {
        if (tail.equals("all") || tail.startsWith("-")) {
            return -1;
        }
        if (!tail.matches("[0-9]{1,18}")) {
            throw new UsageError("--tail " + tail + " is no number of lines", "give a number, or all");
        }
        return Long.parseLong(tail);
    }

    private static boolean runs(Containers containers, Container container) {
        try {
            return containers.state(container).isRunning();
        } catch (JbuildException e) {
            return false; // it was removed meanwhile
        }
    }

    /** Prints pieces to the stream that they came from. */
    private final class Show {
        private final Console console;
        private final Set<PrintStream> open = new HashSet<>();

        Show(Console console) {
            this.console = console;
        }

        void piece(ContainerLog.Piece piece) {
            PrintStream stream = piece.error() ? console.err() : console.out();
            if (times && !open.contains(stream)) {
                byte[] time = (piece.time() + " ").getBytes(StandardCharsets.US_ASCII);
                stream.write(time, 0, time.length);
            }
            byte[] text = piece.text().getBytes(StandardCharsets.ISO_8859_1);
            stream.write(text, 0, text.length);
            if (piece.whole()) {
                stream.write('\n');
            }
            if (piece.whole()) {
                open.remove(stream);
            } else {
                open.add(stream);
            }
            stream.flush();
        }
    }
}
