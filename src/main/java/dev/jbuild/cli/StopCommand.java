package dev.jbuild.cli;

import dev.jbuild.engine.Engine;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jbuild stop}. */
@Command(
        name = "stop",
        description =
                "Ask containers to end, by the signal that their image says or TERM, and kill those that haven't in"
                        + " time.")
final class StopCommand implements JbuildCommand {
    @Option(
            names = {"-t", "--timeout", "--time"},
            paramLabel = "SECONDS",
            description = "How long they have (10); -1 is as long as they like.")
    private int seconds = 10;

    @Option(
            names = {"-s", "--signal"},
            paramLabel = "SIGNAL",
            description = "What they are asked by.")
    private @Nullable String signal;

    @Parameters(arity = "1..*", paramLabel = "CONTAINER", description = "Names or IDs.")
    private List<String> containers = new ArrayList<>();

    @Override
    public int run(Invocation invocation) throws JbuildException {
        Cancellation cancellation = Invocation.interruptible();
        Optional<Integer> number = signal == null ? Optional.empty() : Optional.of(ContainerArguments.signal(signal));
        Optional<Duration> patience = seconds < 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds));
        try (Engine engine = invocation.open()) {
            ContainerArguments.each(engine, containers, (nameOrId, container) -> {
                engine.containers().stop(container, number.orElse(container.stopSignal()), patience, cancellation);
                invocation.console().out().println(nameOrId);
            });
        }
        return ExitCode.OK;
    }
}
