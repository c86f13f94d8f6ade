package dev.jbuild.cli;

import dev.jbuild.cli.CommandSyntax.Argument;
import dev.jbuild.cli.CommandSyntax.Kind;
import dev.jbuild.cli.CommandSyntax.Option;
import dev.jbuild.cli.CommandSyntax.Place;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Takes the syntax of commands from picocli's model of them, for the build to write it down. */
final class PicocliSyntax {
    private final CommandSpec command;
    private final Map<Field, Place> places = new LinkedHashMap<>();

    private PicocliSyntax(CommandSpec command) {
        this.command = command;
        collect(GlobalOptions.class, true, "");
        collect(command.userObject().getClass(), false, "");
    }

    /** Writes a file for each command, in which the packaged program looks for it. */
    static void write(CommandLine program, Path classes) throws IOException {
        for (Map.Entry<String, CommandSyntax> command : all(program).entrySet()) {
            Path file = classes.resolve(CommandTable.class.getPackageName().replace('.', '/'))
                    .resolve(CommandTable.syntaxFile(command.getKey()));
            Files.createDirectories(file.getParent());
            Files.writeString(file, command.getValue().text());
        }
    }

    /** By the command's name, of which there are two words for one of a group. */
    static Map<String, CommandSyntax> all(CommandLine program) {
        Map<String, CommandSyntax> all = new TreeMap<>();
        for (CommandLine line : program.getSubcommands().values()) {
            CommandSpec spec = line.getCommandSpec();
            line.getSubcommands()
                    .forEach((word, inner) -> new PicocliSyntax(inner.getCommandSpec())
                            .syntax()
                            .ifPresent(syntax -> all.put(spec.name() + " " + word, syntax)));
            if (line.getSubcommands().isEmpty()) {
                new PicocliSyntax(spec).syntax().ifPresent(syntax -> all.put(spec.name(), syntax));
            }
        }
        return all;
    }

    /** Finds the fields of a class, its superclasses and mixins. */
    private void collect(Class<?> type, boolean global, String path) {
        for (Class<?> each = type; each != Object.class; each = each.getSuperclass()) {
            for (Field field : each.getDeclaredFields()) {
                if (field.isAnnotationPresent(Mixin.class)) {
                    collect(field.getType(), global, path + field.getName() + ".");
                } else {
                    places.put(field, new Place(global, path + field.getName()));
                }
            }
        }
    }

    /** Absent if it can't be said in our words what the command does without an option or with its arguments. */
    private Optional<CommandSyntax> syntax() {
        Map<String, Option> options = new LinkedHashMap<>();
        List<Place> required = new ArrayList<>();
        for (OptionSpec option : command.options()) {
            Optional<Kind> kind = option.usageHelp() || option.versionHelp() ? Optional.empty() : kind(option);
            if (kind.isPresent()) {
                Place place = place(option);
                for (String name : option.names()) {
                    options.put(name, new Option(kind.get(), place));
                }
                if (option.required()) {
                    required.add(place);
                }
            } else if (option.required() || option.defaultValue() != null) {
                return Optional.empty();
            }
        }
        return arguments()
                .map(arguments -> new CommandSyntax(command.parser().stopAtPositional(), options, required, arguments));
    }

    private Optional<List<Argument>> arguments() {
        List<Argument> arguments = new ArrayList<>();
        for (PositionalParamSpec parameter : command.positionalParameters()) {
            Optional<Kind> kind = kind(parameter);
            boolean list = kind.equals(Optional.of(Kind.LIST));
            if (!(list || kind.equals(Optional.of(Kind.TEXT))) || !isInOrder(parameter, arguments.size(), list)) {
                return Optional.empty();
            }
            CommandLine.Range arity = parameter.arity();
            arguments.add(new Argument(kind.get(), arity.min(), list ? arity.max() : 1, place(parameter)));
        }
        return Optional.of(arguments);
    }

    /** Whether the arguments can be handed out one after the other, and the last of them takes the rest if it is a list. */
    private boolean isInOrder(PositionalParamSpec parameter, int number, boolean list) {
        CommandLine.Range index = parameter.index();
        boolean last = number == command.positionalParameters().size() - 1;
        return index.min() == number && (list ? last && index.isVariable() : index.max() == number);
    }

    private Place place(ArgSpec argument) {
        return Optional.ofNullable(places.get(argument.userObject())).orElseThrow();
    }

    private static Optional<Kind> kind(ArgSpec argument) {
        boolean plain = argument.userObject() instanceof Field
                && argument.defaultValue() == null
                && argument.converters().length == 0
                && argument.parameterConsumer() == null
                && argument.group() == null
                && !argument.interactive()
                && !(argument instanceof OptionSpec option && option.negatable());
        return plain ? kindOfType(argument) : Optional.empty();
    }

    private static Optional<Kind> kindOfType(ArgSpec argument) {
        Class<?> type = argument.type();
        int least = argument.arity().min();
        int most = argument.arity().max();
        boolean optional = least == 0 && most == 1;
        String separator = argument.splitRegex();
        if (type == boolean.class && most == 0) {
            return Optional.of(Kind.SWITCH);
        }
        if (type == boolean.class && optional && "true".equals(((OptionSpec) argument).fallbackValue())) {
            return Optional.of(Kind.OPTIONAL_SWITCH);
        }
        boolean one = least == 1 && most == 1;
        if (type == List.class && argument.auxiliaryTypes()[0] == String.class && isEmpty(argument.initialValue())) {
            boolean plain = separator.isEmpty() && (one || argument.isPositional());
            return plain
                    ? Optional.of(Kind.LIST)
                    : Optional.of(Kind.COMMA_LIST).filter(kind -> one && separator.equals(","));
        }
        if (!separator.isEmpty() || !(one || (optional && argument.isPositional()))) {
            return Optional.empty();
        }
        return type == String.class
                ? Optional.of(Kind.TEXT)
                : Optional.of(Kind.NUMBER).filter(kind -> type == int.class || type == long.class);
    }

    private static boolean isEmpty(Object list) {
        return list instanceof List<?> values && values.isEmpty();
    }
}
