package dev.jbuild.cli;

import dev.jbuild.cli.CommandSyntax.Argument;
import dev.jbuild.cli.CommandSyntax.Kind;
import dev.jbuild.cli.CommandSyntax.Option;
import dev.jbuild.cli.CommandSyntax.Place;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A command line that can't be taken for anything else: its options are the command's, written in full, with values that look
 * like no options, and its arguments stand together and are as many as they have to be. Any other line is left to picocli,
 * which knows what is wrong with it; what this one holds is what picocli would read.
 */
final class PlainLine {
    private final CommandSyntax syntax;
    private final Map<Place, Object> values = new LinkedHashMap<>();
    private final List<String> arguments = new ArrayList<>();

    private PlainLine(CommandSyntax syntax) {
        this.syntax = syntax;
    }

    /**
     * Reads a line; absent if it isn't plain.
     *
     * @param before the words before the command's name
     * @param after the words behind it
     */
    static Optional<PlainLine> read(CommandSyntax syntax, List<String> before, List<String> after) {
        PlainLine line = new PlainLine(syntax);
        return line.words(before, true)
                        && line.words(after, false)
                        && line.values.keySet().containsAll(syntax.required())
                        && line.giveArguments()
                ? Optional.of(line)
                : Optional.empty();
    }

    private boolean words(List<String> words, boolean before) {
        int next = 0;
        while (next < words.size()) {
            String word = words.get(next);
            int taken = word.equals("--") || isValue(word)
                    ? arguments(words.subList(next, words.size()), before)
                    : option(words.subList(next, words.size()), before);
            if (taken == 0) {
                return false;
            }
            next += taken;
        }
        return true;
    }

    private static boolean isValue(String word) {
        return !word.startsWith("-") || word.equals("-");
    }

    /** Takes the arguments, after which there are only options. Returns how many words these are; none if it isn't plain. */
    private int arguments(List<String> words, boolean before) {
        if (before || !arguments.isEmpty()) {
            return 0;
        }
        boolean delimited = words.get(0).equals("--");
        int end = delimited ? 1 : 0;
        while (end < words.size() && (delimited || syntax.stopsAtArgument() || isValue(words.get(end)))) {
            arguments.add(words.get(end++));
        }
        return end;
    }

    /** Takes an option with its value. Returns how many words these are; none if it isn't plain. */
    private int option(List<String> words, boolean before) {
        String word = words.get(0);
        int equals = word.indexOf('=');
        Option option = syntax.options().get(equals < 0 ? word : word.substring(0, equals));
        if (option == null) {
            return !before && isCluster(word) ? 1 : 0;
        }
        if (before && !option.place().global()) {
            return 0;
        }
        if (equals >= 0) {
            String value = word.substring(equals + 1);
            return isValue(value) && put(option, value) ? 1 : 0;
        }
        String next = words.size() > 1 ? words.get(1) : "--";
        if (option.kind().isSwitch()) {
            boolean doubtful = option.kind() == Kind.OPTIONAL_SWITCH && isTruth(next);
            return !doubtful && put(option, "true") ? 1 : 0;
        }
        return isValue(next) && put(option, next) ? 2 : 0;
    }

    private static boolean isTruth(String word) {
        return word.equalsIgnoreCase("true") || word.equalsIgnoreCase("false");
    }

    /** Whether these are switches of one letter each, such as {@code -it}; sets them. */
    private boolean isCluster(String word) {
        for (int i = 1; i < word.length(); i++) {
            Option option = syntax.options().get("-" + word.charAt(i));
            if (option == null || option.kind() != Kind.SWITCH || !put(option, "true")) {
                return false;
            }
        }
        return true;
    }

    /** Keeps a value; of lists all, and else the last. Returns whether it is a plain one. */
    private boolean put(Option option, String value) {
        // A second time, options for all commands may turn off what they turned on, or begin a list anew.
        boolean again = option.place().global() && values.containsKey(option.place());
        if (again || !isPlain(option.kind(), value)) {
            return false;
        }
        switch (option.kind()) {
            case SWITCH, OPTIONAL_SWITCH -> values.put(option.place(), value.equals("true"));
            case NUMBER -> values.put(option.place(), Integer.valueOf(value));
            case TEXT -> values.put(option.place(), value);
            case LIST -> list(option.place()).add(value);
            case COMMA_LIST -> list(option.place()).addAll(List.of(value.split(",", -1)));
        }
        return true;
    }

    private static boolean isPlain(Kind kind, String value) {
        return switch (kind) {
            case SWITCH, OPTIONAL_SWITCH -> value.equals("true") || value.equals("false");
            case NUMBER -> value.matches("[1-9][0-9]{0,8}|0");
            case TEXT, LIST -> true;
            // Commas in quotes separate nothing.
            case COMMA_LIST -> value.matches("[^,\"\\\\]+(,[^,\"\\\\]+)*");
        };
    }

    @SuppressWarnings("unchecked")
    private List<String> list(Place place) {
        return (List<String>) values.computeIfAbsent(place, any -> new ArrayList<String>());
    }

    /** Hands the arguments out. Returns whether there is the right number of them. */
    private boolean giveArguments() {
        int given = 0;
        for (Argument argument : syntax.arguments()) {
            int left = arguments.size() - given;
            int taken = argument.kind() == Kind.LIST ? left : Math.min(left, 1);
            if (taken < argument.atLeast() || taken > argument.atMost()) {
                return false;
            }
            if (argument.kind() == Kind.LIST && taken > 0) {
                list(argument.place()).addAll(arguments.subList(given, given + taken));
            } else if (taken > 0) {
                values.put(argument.place(), arguments.get(given));
            }
            given += taken;
        }
        return given == arguments.size();
    }

    /** Sets the fields that the line has values for. */
    void fill(GlobalOptions globals, JbuildCommand command) {
        values.forEach((place, value) -> set(place.global() ? globals : command, place.path(), value));
    }

    private static void set(Object start, String path, Object value) {
        try {
            Object owner = start;
            String[] names = path.split("\\.", -1);
            for (int i = 0; i < names.length - 1; i++) {
                owner = field(owner.getClass(), names[i]).get(owner);
            }
            field(owner.getClass(), names[names.length - 1]).set(owner, value);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the syntax of the command was not written for this program", e);
        }
    }

    private static Field field(Class<?> type, String name) throws NoSuchFieldException {
        for (Class<?> each = type; each != Object.class; each = each.getSuperclass()) {
            for (Field field : each.getDeclaredFields()) {
                if (field.getName().equals(name)) {
                    field.setAccessible(true);
                    return field;
                }
            }
        }
        throw new NoSuchFieldException(type + "." + name);
    }
}
