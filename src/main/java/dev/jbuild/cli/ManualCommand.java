package dev.jbuild.cli;

import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.UsageError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jbuild manual}: writes manual pages and completion scripts to where an installation has them. For the build. */
@Command(name = "manual", hidden = true, description = "Write manual pages and completions.")
final class ManualCommand implements JbuildCommand {
    @Parameters(paramLabel = "DIR", description = "The share directory of the installation.")
    private String directory = "";

    @Option(
            names = "--syntax",
            paramLabel = "DIR",
            description = "Also write what the program reads plain command lines by, among its classes.")
    private @Nullable String classes;

    @Override
    public int run(Invocation invocation) throws UsageError, IOException {
        Path share = invocation.console().resolve(directory);
        CommandLine line = CommandTable.whole(invocation.console());
        List<CommandModel> commands = CommandModel.all(line);
        Path pages = share.resolve("man").resolve("man1");
        write(pages.resolve("jbuild.1"), ManualPage.program(CommandModel.of(line.getCommandSpec()), commands));
        for (CommandModel command : commands) {
            write(pages.resolve(ManualPage.pageName(command) + ".1"), ManualPage.command(command));
        }
        write(share.resolve("bash-completion/completions/jbuild"), CompletionCommand.script("bash", line));
        write(share.resolve("zsh/site-functions/_jbuild"), CompletionCommand.script("zsh", line));
        write(share.resolve("fish/vendor_completions.d/jbuild.fish"), CompletionCommand.script("fish", line));
        if (classes != null) {
            PicocliSyntax.write(line, invocation.console().resolve(classes));
        }
        return ExitCode.OK;
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
