package dev.jbuild.cli;

import dev.jbuild.engine.Engine;
import dev.jbuild.engine.ExecRequest;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UsageError;
import dev.jbuild.progress.Cancellation;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jbuild exec}. */
@Command(name = "exec", description = "Run one more command in a container that runs in the background.")
final class ExecCommand implements JbuildCommand {
    @Option(
            names = {"-d", "--detach"},
            description = "Don't wait for it.")
    private boolean detached;

    @Mixin
    private ProcessOptions process = new ProcessOptions();

    @Parameters(index = "0", paramLabel = "CONTAINER", description = "A name or an ID.")
    private String container = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "COMMAND", description = "What to run.")
    private List<String> command = new ArrayList<>();

    @Override
    public int run(Invocation invocation) throws JbuildException {
        Console console = invocation.console();
        if (!detached) {
            process.check(console);
        }
        if (process.directory().filter(path -> !path.startsWith("/")).isPresent()) {
            throw new UsageError("--workdir " + process.directory().get() + " is not an absolute path");
        }
        ExecRequest request = new ExecRequest(
                command,
                process.variables(console),
                process.user(),
                process.directory(),
                process.interactive() && !detached,
                process.terminal() && !detached,
                detached);
        Cancellation cancellation = process.cancellation();
        try (Engine engine = invocation.open()) {
            return engine.exec(engine.containers().find(container), request, new PassedOutput(console), cancellation);
        } catch (EnvironmentError e) {
            // Other statuses are the command's, or say that there is no such container.
            new ProblemRenderer(console.err()).failure(e, invocation.globals().debug);
            return ExitCode.ENGINE;
        }
    }
}
