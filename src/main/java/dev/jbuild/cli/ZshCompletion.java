package dev.jbuild.cli;

import dev.jbuild.cli.CommandModel.Argument;
import dev.jbuild.cli.CommandModel.Flag;
import dev.jbuild.cli.CommandModel.Values;
import java.util.ArrayList;
import java.util.List;

/** Writes the completion script for zsh. */
final class ZshCompletion {
    private static final String HEAD = """
            #compdef jbuild
            # zsh completion for jbuild; to use it now: source <(jbuild completion zsh)
            _jbuild_images() {
                local -a names
                names=(${(f)"$(jbuild images 2>/dev/null | awk 'NR > 1 && $1 != "<none>" { print $1 ":" $2 }')"})
                compadd -a names
            }

            _jbuild() {
                local context state line
                _arguments -C \\
            """;
    private static final String TAIL = """
                    esac
                    ;;
                esac
            }

            if [ "$funcstack[1]" = _jbuild ]; then
                _jbuild "$@"
            else
                compdef _jbuild jbuild
            fi
            """;

    private ZshCompletion() {}

    static String script(CommandModel program, List<CommandModel> commands) {
        StringBuilder out = new StringBuilder(HEAD);
        program.flags()
                .forEach(flag -> out.append("        ").append(spec(flag)).append(" \\\n"));
        out.append("        '1:command:->command' '*::argument:->argument'\n");
        out.append("    case $state in\n    command)\n        local -a commands\n        commands=(\n");
        for (CommandModel command : commands) {
            if (command.isOfGroup()) {
                continue;
            }
            out.append("            '")
                    .append(command.name())
                    .append(':')
                    .append(quoted(command.description()))
                    .append("'\n");
        }
        out.append(
                "        )\n        _describe command commands\n        ;;\n    argument)\n        case $words[1] in\n");
        for (CommandModel command : commands) {
            List<CommandModel> inner = commands.stream()
                    .filter(other -> other.group().equals(command.name()))
                    .toList();
            if (!inner.isEmpty()) {
                group(command, inner, out);
            } else if (!command.isOfGroup()) {
                command(command, out);
            }
        }
        return out.append(TAIL).toString();
    }

    private static void group(CommandModel group, List<CommandModel> inner, StringBuilder out) {
        String words = String.join(" ", inner.stream().map(CommandModel::word).toList());
        out.append("        ").append(group.name()).append(")\n            if (( CURRENT == 2 )); then\n");
        out.append("                compadd ").append(words).append("\n            else\n");
        out.append("                shift words; (( CURRENT-- ))\n                case $words[1] in\n");
        inner.forEach(command -> command(command, out));
        out.append("                esac\n            fi\n            ;;\n");
    }

    private static void command(CommandModel command, StringBuilder out) {
        List<String> names = new ArrayList<>(List.of(command.word()));
        names.addAll(command.aliases());
        out.append("        ").append(String.join("|", names)).append(")\n            _arguments -s");
        command.flags().forEach(flag -> out.append(" \\\n                ").append(spec(flag)));
        for (Argument argument : command.arguments()) {
            out.append(" \\\n                '*:")
                    .append(quoted(argument.label()))
                    .append(':')
                    .append(action(argument.values(), argument.words()))
                    .append('\'');
            break;
        }
        out.append("\n            ;;\n");
    }

    private static String spec(Flag flag) {
        List<String> names = new ArrayList<>();
        boolean takes = flag.values() != Values.NONE;
        for (String name : flag.names()) {
            names.add(takes ? (name.startsWith("--") ? name + "=" : name + "+") : name);
        }
        String all = names.size() == 1 ? "'*'" + names.get(0) : "'*'{" + String.join(",", names) + "}";
        String value = takes ? ":" + quoted(flag.label()) + ":" + action(flag.values(), flag.words()) : "";
        return all + "'[" + quoted(flag.description()) + "]" + value + "'";
    }

    private static String action(Values values, List<String> words) {
        return switch (values) {
            case WORDS -> "(" + String.join(" ", words) + ")";
            case FILES -> "_files";
            case DIRECTORIES -> "_files -/";
            case IMAGES -> "_jbuild_images";
            case NONE, OTHER -> " ";
        };
    }

    /** Without what means something in a specification or ends the quotes. */
    private static String quoted(String text) {
        return text.replace("'", "'\\''")
                .replace("[", "\\[")
                .replace("]", "\\]")
                .replace(":", "\\:");
    }
}
