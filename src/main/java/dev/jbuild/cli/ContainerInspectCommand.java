package dev.jbuild.cli;

import dev.jbuild.engine.Engine;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jbuild container inspect}. */
@Command(name = "inspect", description = "Tell everything about containers, as JSON.")
final class ContainerInspectCommand implements JbuildCommand {
    @Option(
            names = {"-f", "--format"},
            paramLabel = "TEMPLATE",
            description = "json, or fields such as {{.State.Status}} or {{json .Config}}.")
    private @Nullable String format;

    @Parameters(arity = "1..*", paramLabel = "CONTAINER", description = "Names or IDs.")
    private List<String> containers = new ArrayList<>();

    @Override
    public int run(Invocation invocation) throws JbuildException {
        try (Engine engine = invocation.open()) {
            InspectCommand.print(invocation.console(), ContainerArguments.inspect(engine, containers), format);
        }
        return ExitCode.OK;
    }
}
