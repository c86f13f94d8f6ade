package dev.jbuild.cli;

import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UsageError;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Commands that are called by two words, such as {@code jbuild store verify}. */
final class CommandGroup implements JbuildCommand {
    private final String description;
    private final Map<String, Supplier<JbuildCommand>> commands = new LinkedHashMap<>();

    /** What was given in place of the name of a command. */
    private Supplier<String> word = () -> "";

    CommandGroup(String description) {
        this.description = description;
    }

    CommandGroup with(String name, Supplier<JbuildCommand> command) {
        commands.put(name, command);
        return this;
    }

    /** The command of this name in the group. */
    Optional<JbuildCommand> command(String name) {
        return Optional.ofNullable(commands.get(name)).map(Supplier::get);
    }

    /** The group with its commands, as picocli wants it. */
    CommandLine line(String name) {
        CommandSpec spec = CommandSpec.wrapWithoutInspection(this).name(name);
        spec.usageMessage().description(description);
        // Without a command there is something to say; what is none is an unknown command.
        PositionalParamSpec parameter = PositionalParamSpec.builder()
                .index("0")
                .arity("0..1")
                .type(String.class)
                .paramLabel(String.join("|", commands.keySet()))
                .description("What to do.")
                .hidden(true)
                .build();
        spec.addPositional(parameter);
        word = () -> Optional.ofNullable(parameter.<String>getValue()).orElse("");
        CommandLine line = new CommandLine(spec);
        commands.forEach(
                (word, command) -> line.addSubcommand(word, new CommandLine(command.get()).setCommandName(word)));
        return line;
    }

    @Override
    public int run(Invocation invocation) throws JbuildException {
        String group = invocation.command();
        String known = String.join(", ", commands.keySet());
        String given = word.get();
        if (given.isEmpty()) {
            throw new UsageError(group + " needs the name of a command", "known are " + known);
        }
        throw new UsageError("unknown command: " + group + " " + given, "known are " + known);
    }
}
