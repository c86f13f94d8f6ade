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
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jbuild exec}. */
@Command(name = "exec", description = "Run one more command in a container that runs in the background.")
final class ExecCommand implements JbuildCommand {
    @Option(
            names = {"-d", "--detach"},
            description = "Don't wait for it.")
    private boolean detached;

    @Option(
            names = {"-i", "--interactive"},
            description = "Hand standard input to the command.")
    private boolean interactive;

    @Option(
            names = {"-t", "--tty"},
            description = "Hand the terminal to the command.")
    private boolean terminal;

    @Option(
            names = {"-e", "--env"},
            paramLabel = "NAME[=VALUE]",
            description = "Set a variable; without a value from the environment.")
    private List<String> env = new ArrayList<>();

    @Option(names = "--env-file", paramLabel = "FILE", description = "Set the variables that a file lists.")
    private List<String> envFiles = new ArrayList<>();

    @Option(
            names = {"-w", "--workdir"},
            paramLabel = "DIR",
            description = "The working directory.")
    private @Nullable String directory;

    @Option(
            names = {"-u", "--user"},
            paramLabel = "USER[:GROUP]",
            description = "The user, by name or number.")
    private @Nullable String user;

    @Parameters(index = "0", paramLabel = "CONTAINER", description = "A name or an ID.")
    private String container = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "COMMAND", description = "What to run.")
    private List<String> command = new ArrayList<>();

    @Override
    public int run(Invocation invocation) throws JbuildException {
        Console console = invocation.console();
        if (terminal && !detached && !console.inputIsTerminal()) {
            throw new UsageError("-t needs a terminal as standard input", "leave -t out");
        }
        if (directory != null && !directory.startsWith("/")) {
            throw new UsageError("--workdir " + directory + " is not an absolute path");
        }
        ExecRequest request = new ExecRequest(
                command,
                VariableFlags.of(env, envFiles, console),
                Optional.ofNullable(user),
                Optional.ofNullable(directory),
                interactive && !detached,
                terminal && !detached,
                detached);
        Cancellation cancellation = new Cancellation();
        if (terminal) {
            Interrupt.isIgnored();
        } else {
            Interrupt.cancels(cancellation);
        }
        try (Engine engine = invocation.open()) {
            return engine.exec(engine.containers().find(container), request, new PassedOutput(console), cancellation);
        } catch (EnvironmentError e) {
            // Other statuses are the command's, or say that there is no such container.
            new ProblemRenderer(console.err()).failure(e, invocation.globals().debug);
            return ExitCode.ENGINE;
        }
    }
}
