package dev.jbuild.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What has to be known of a command to read plain command lines (see {@link PlainLine}). The packaged program has it as text,
 * because asking picocli for it takes longer than most commands do.
 *
 * @param stopsAtArgument whether all that follows the first argument is an argument too
 * @param options by each of their names; those that aren't plain are left out
 * @param required the places of the options that have to be given
 * @param arguments in their order
 */
record CommandSyntax(
        boolean stopsAtArgument, Map<String, Option> options, List<Place> required, List<Argument> arguments) {
    /** What is read of a value. */
    enum Kind {
        /** There is none: the option is a switch. */
        SWITCH,
        /** There may be one behind an equals sign: true or false. */
        OPTIONAL_SWITCH,
        /** One that fits an int; the field may be a long. */
        NUMBER,
        TEXT,
        /** Each time one more. */
        LIST,
        /** Each time one more, or several between commas. */
        COMMA_LIST;

        boolean isSwitch() {
            return this == SWITCH || this == OPTIONAL_SWITCH;
        }
    }

    /**
     * The field that a value is for.
     *
     * @param global whether it is one of the options for all commands, or the command's
     * @param path the names of the fields that lead to it
     */
    record Place(boolean global, String path) {}

    record Option(Kind kind, Place place) {}

    /**
     * A positional parameter: a text, or a list that takes all that is left.
     *
     * @param atLeast how many there have to be
     * @param atMost how many there may be
     */
    record Argument(Kind kind, int atLeast, int atMost, Place place) {}

    CommandSyntax {
        options = new LinkedHashMap<>(options);
        required = List.copyOf(required);
        arguments = List.copyOf(arguments);
    }

    /** One line for each option, required option and argument. */
    String text() {
        StringBuilder text = new StringBuilder();
        if (stopsAtArgument) {
            text.append("stop\n");
        }
        options.forEach((name, option) -> text.append("option " + name + " " + option.kind() + line(option.place())));
        required.forEach(place -> text.append("required" + line(place)));
        arguments.forEach(argument -> text.append("argument " + argument.kind() + " " + argument.atLeast() + " "
                + argument.atMost() + line(argument.place())));
        return text.toString();
    }

    private static String line(Place place) {
        return (place.global() ? " globals " : " command ") + place.path() + "\n";
    }

    static CommandSyntax parse(String text) {
        boolean stops = false;
        Map<String, Option> options = new LinkedHashMap<>();
        List<Place> required = new ArrayList<>();
        List<Argument> arguments = new ArrayList<>();
        for (String line : text.lines().toList()) {
            String[] words = line.split(" ", -1);
            switch (words[0]) {
                case "stop" -> stops = true;
                case "option" -> options.put(words[1], new Option(Kind.valueOf(words[2]), place(words)));
                case "required" -> required.add(place(words));
                case "argument" ->
                    arguments.add(new Argument(
                            Kind.valueOf(words[1]),
                            Integer.parseInt(words[2]),
                            Integer.parseInt(words[3]),
                            place(words)));
                default -> throw new IllegalArgumentException(line);
            }
        }
        return new CommandSyntax(stops, options, required, arguments);
    }

    private static Place place(String... words) {
        return new Place(words[words.length - 2].equals("globals"), words[words.length - 1]);
    }
}
