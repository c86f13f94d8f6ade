package dev.jbuild.cli;

import dev.jbuild.cli.CommandModel.Argument;
import dev.jbuild.cli.CommandModel.Flag;
import dev.jbuild.cli.CommandModel.Values;
import java.util.ArrayList;
import java.util.List;

/** Writes the completion script for fish. */
final class FishCompletion {
    private static final String HEAD = """
            # fish completion for jbuild; to use it now: jbuild completion fish | source
            function __jbuild_images
                jbuild images 2>/dev/null | string match -v -r '^(REPOSITORY|<none>)' | string replace -r '^(\\S+)\\s+(\\S+).*' '$1:$2'
            end

            complete -c jbuild -f
            """;

    private FishCompletion() {}

    static String script(CommandModel program, List<CommandModel> commands) {
        StringBuilder out = new StringBuilder(HEAD);
        program.flags().forEach(flag -> flag(flag, "", out));
        for (CommandModel command : commands) {
            String condition =
                    command.isOfGroup() ? "'" + seen(List.of(command.group())) + "'" : "__fish_use_subcommand";
            out.append("complete -c jbuild -n ")
                    .append(condition)
                    .append(" -a ")
                    .append(command.word())
                    .append(" -d ")
                    .append(quoted(command.description()))
                    .append('\n');
        }
        commands.forEach(command -> command(command, out));
        return out.toString();
    }

    private static void command(CommandModel command, StringBuilder out) {
        List<String> names = new ArrayList<>(List.of(command.word()));
        names.addAll(command.aliases());
        String group = command.isOfGroup() ? seen(List.of(command.group())) + "; and " : "";
        String condition = " -n '" + group + seen(names) + "'";
        command.flags().forEach(flag -> flag(flag, condition, out));
        for (Argument argument : command.arguments()) {
            String values = values(argument.values(), argument.words());
            if (!values.isEmpty()) {
                out.append("complete -c jbuild")
                        .append(condition)
                        .append(values)
                        .append('\n');
            }
        }
    }

    private static String seen(List<String> names) {
        return "__fish_seen_subcommand_from " + String.join(" ", names);
    }

    private static void flag(Flag flag, String condition, StringBuilder out) {
        out.append("complete -c jbuild").append(condition);
        for (String name : flag.names()) {
            boolean isLong = name.startsWith("--");
            out.append(isLong ? " -l " : " -s ").append(name.replaceFirst("^-+", ""));
        }
        if (flag.values() != Values.NONE) {
            out.append(" -r").append(values(flag.values(), flag.words()));
        }
        out.append(" -d ").append(quoted(flag.description())).append('\n');
    }

    private static String values(Values values, List<String> words) {
        return switch (values) {
            case WORDS -> " -a " + quoted(String.join(" ", words));
            case FILES -> " -F";
            case DIRECTORIES -> " -a '(__fish_complete_directories)'";
            case IMAGES -> " -a '(__jbuild_images)'";
            case NONE, OTHER -> "";
        };
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
