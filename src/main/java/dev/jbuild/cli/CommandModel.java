package dev.jbuild.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** What manual pages and completions say of a command, taken from the table that the command line is read by. */
record CommandModel(
        String name,
        List<String> aliases,
        String description,
        String notes,
        List<Flag> flags,
        List<Argument> arguments) {
    /** What a value is, for completing it. */
    enum Values {
        NONE,
        WORDS,
        FILES,
        DIRECTORIES,
        IMAGES,
        OTHER
    }

    /**
     * An option.
     *
     * @param names the longest last
     * @param label of its value; empty where it takes none
     * @param words the values to choose from, if these are known
     */
    record Flag(List<String> names, String label, String description, Values values, List<String> words) {}

    /** A positional parameter. */
    record Argument(String label, boolean optional, String description, Values values, List<String> words) {}

    CommandModel {
        aliases = List.copyOf(aliases);
        flags = List.copyOf(flags);
        arguments = List.copyOf(arguments);
    }

    /** The commands that the user is told of, in the order of the help; those of a group follow it. */
    static List<CommandModel> all(CommandLine line) {
        List<CommandModel> all = new ArrayList<>();
        for (CommandLine command : new LinkedHashSet<>(line.getSubcommands().values())) {
            CommandSpec spec = command.getCommandSpec();
            if (!spec.usageMessage().hidden()) {
                all.add(of(spec));
                all(command).forEach(inner -> all.add(inner.in(spec.name())));
            }
        }
        return all;
    }

    private CommandModel in(String group) {
        return new CommandModel(group + " " + name, aliases, description, notes, flags, arguments);
    }

    /** Whether it is called by two words, of which the first is the name of a group. */
    boolean isOfGroup() {
        return name.contains(" ");
    }

    /** The group's name, and nothing for others. */
    String group() {
        return isOfGroup() ? name.substring(0, name.indexOf(' ')) : "";
    }

    /** The last word of the name. */
    String word() {
        return name.substring(name.indexOf(' ') + 1);
    }

    /** The second words of this command, if it is a group. */
    List<String> words(List<CommandModel> all) {
        return all.stream()
                .filter(command -> command.group().equals(name))
                .map(CommandModel::word)
                .toList();
    }

    static CommandModel of(CommandSpec spec) {
        List<Flag> flags = spec.options().stream()
                .filter(option -> !option.hidden())
                .sorted(Comparator.comparing(option -> option.longestName().replaceFirst("^-+", "")))
                .map(CommandModel::flag)
                .toList();
        List<Argument> arguments = spec.positionalParameters().stream()
                .filter(parameter -> !parameter.hidden())
                .map(CommandModel::argument)
                .toList();
        return new CommandModel(
                spec.name(),
                Arrays.asList(spec.aliases()),
                String.join(" ", spec.usageMessage().description()),
                String.join(" ", spec.usageMessage().footer()).strip(),
                flags,
                arguments);
    }

    private static Flag flag(OptionSpec option) {
        List<String> names = new ArrayList<>(Arrays.asList(option.names()));
        names.sort(Comparator.comparing(String::length));
        boolean bare = option.arity().max() == 0 || (option.arity().min() == 0 && option.type() == boolean.class);
        String label = bare ? "" : option.paramLabel();
        return new Flag(names, label, String.join(" ", option.description()), values(label), words(label));
    }

    private static Argument argument(PositionalParamSpec parameter) {
        String label = parameter.paramLabel();
        boolean optional = parameter.arity().min() == 0;
        return new Argument(label, optional, String.join(" ", parameter.description()), values(label), words(label));
    }

    private static final Map<String, Values> BY_LABEL = Map.of(
            "FILE", Values.FILES,
            "TAR", Values.FILES,
            "TAR|-", Values.FILES,
            "FILE|DIR", Values.FILES,
            "DIR", Values.DIRECTORIES,
            "CONTEXT", Values.DIRECTORIES,
            "IMAGE", Values.IMAGES,
            "SOURCE", Values.IMAGES);

    private static Values values(String label) {
        if (label.isEmpty()) {
            return Values.NONE;
        }
        Values known = BY_LABEL.get(label.replaceFirst("…$", ""));
        return known != null ? known : words(label).isEmpty() ? Values.OTHER : Values.WORDS;
    }

    /** The alternatives of a label such as {@code auto|plain|tty}; what stands behind them in brackets is left out. */
    private static List<String> words(String label) {
        String plain = label.replaceAll("\\[.*?]", "");
        return plain.matches("[a-z0-9.-]+(\\|[a-z0-9.-]+)*") ? Arrays.asList(plain.split("\\|", -1)) : List.of();
    }
}
