package dev.jbuild.cli;

import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.UsageError;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code jbuild completion}. */
@Command(name = "completion", description = "Print the script that completes commands, flags and images in a shell.")
final class CompletionCommand implements JbuildCommand {
    @Parameters(paramLabel = "bash|zsh|fish", description = "The shell.")
    private String shell = "";

    @Override
    public int run(Invocation invocation) throws UsageError {
        invocation.console().out().print(script(shell, CommandTable.whole(invocation.console())));
        return ExitCode.OK;
    }

    static String script(String shell, CommandLine line) throws UsageError {
        CommandModel program = CommandModel.of(line.getCommandSpec());
        List<CommandModel> commands = CommandModel.all(line);
        return switch (shell) {
            case "bash" -> BashCompletion.script(program, commands);
            case "zsh" -> ZshCompletion.script(program, commands);
            case "fish" -> FishCompletion.script(program, commands);
            default -> throw new UsageError("no completion for the shell " + shell, "known are bash, zsh and fish");
        };
    }
}
