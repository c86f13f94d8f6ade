package dev.jbuild.cli;

import dev.jbuild.cli.CommandModel.Flag;
import dev.jbuild.cli.CommandModel.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Writes the completion script for bash. */
final class BashCompletion {
    private static final String HEAD = """
            # bash completion for jbuild; to use it now: source <(jbuild completion bash)
            _jbuild_images() {
                jbuild images 2>/dev/null | while read -r name tag _; do
                    case $name in REPOSITORY|'<none>') ;; *) echo "$name:$tag" ;; esac
                done
            }

            # For bash a colon ends a word, so that names of images come in parts.
            _jbuild_reply_images() {
                local word=${COMP_WORDS[COMP_CWORD]} i
                for ((i = COMP_CWORD; i > 1; i--)); do
                    case ${COMP_WORDS[i-1]}${COMP_WORDS[i]} in
                    :*|*:) word=${COMP_WORDS[i-1]}$word ;;
                    *) break ;;
                    esac
                done
                COMPREPLY=($(compgen -W "$(_jbuild_images)" -- "$word"))
                case $word in *:*) COMPREPLY=("${COMPREPLY[@]#"${word%:*}:"}") ;; esac
            }

            _jbuild() {
                local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command= flags= i
                if [ "$cur" = = ]; then
                    cur=
                elif [ "$prev" = = ]; then
                    prev=${COMP_WORDS[COMP_CWORD-2]}
                fi
                for ((i = 1; i < COMP_CWORD; i++)); do
                    case ${COMP_WORDS[i]} in
                    --root) ((i++)) ;;
                    -*|=) ;;
                    *)
                        command=${command:+$command }${COMP_WORDS[i]}
                        case " GROUPS " in *" $command "*) ;; *) break ;; esac
                        ;;
                    esac
                done
                COMPREPLY=()
                case $command in
            """;
    private static final String TAIL = """
                esac
                case $cur in
                -*) COMPREPLY=($(compgen -W "$flags" -- "$cur")) ;;
                esac
            }

            complete -o bashdefault -o filenames -F _jbuild jbuild
            """;

    private BashCompletion() {}

    static String script(CommandModel program, List<CommandModel> commands) {
        List<CommandModel> first =
                commands.stream().filter(command -> !command.isOfGroup()).toList();
        String names = names(first);
        String groups = names(first.stream()
                .filter(command -> !command.words(commands).isEmpty())
                .toList());
        StringBuilder out = new StringBuilder(HEAD.replace("GROUPS", groups));
        out.append("    '')\n        flags='").append(flags(program)).append("'\n");
        cases(program, out);
        out.append("        COMPREPLY=($(compgen -W '").append(names).append("' -- \"$cur\"))\n        ;;\n");
        for (CommandModel command : commands) {
            command(command, command.words(commands), out);
        }
        return out.append(TAIL).toString();
    }

    private static String names(List<CommandModel> commands) {
        return commands.stream().map(CommandModel::name).collect(Collectors.joining(" "));
    }

    private static String flags(CommandModel command) {
        List<String> names = new ArrayList<>();
        command.flags().forEach(flag -> names.addAll(flag.names()));
        return String.join(" ", names);
    }

    private static void command(CommandModel command, List<String> inner, StringBuilder out) {
        List<String> names =
                new ArrayList<>(List.of(command.isOfGroup() ? "'" + command.name() + "'" : command.name()));
        names.addAll(command.aliases());
        out.append("    ").append(String.join("|", names)).append(")\n");
        out.append("        flags='").append(flags(command)).append("'\n");
        cases(command, out);
        Optional<String> reply = inner.isEmpty()
                ? command.arguments().stream()
                        .map(argument -> reply(argument.values(), argument.words()))
                        .filter(words -> !words.isEmpty())
                        .findFirst()
                : Optional.of(reply(Values.WORDS, inner));
        if (reply.isPresent()) {
            out.append("        case $cur in -*) ;; *) ").append(reply.get()).append(" ;; esac\n");
        }
        out.append("        ;;\n");
    }

    /** What follows a flag that takes a value. */
    private static void cases(CommandModel command, StringBuilder out) {
        List<Flag> taking = command.flags().stream()
                .filter(flag -> flag.values() != Values.NONE)
                .toList();
        if (taking.isEmpty()) {
            return;
        }
        out.append("        case $prev in\n");
        for (Flag flag : taking) {
            String reply = reply(flag.values(), flag.words());
            out.append("        ").append(String.join("|", flag.names())).append(") ");
            out.append(reply.isEmpty() ? "return ;;\n" : reply + "; return ;;\n");
        }
        out.append("        esac\n");
    }

    private static String reply(Values values, List<String> words) {
        return switch (values) {
            case WORDS -> "COMPREPLY=($(compgen -W '" + String.join(" ", words) + "' -- \"$cur\"))";
            case FILES -> "COMPREPLY=($(compgen -f -- \"$cur\"))";
            case DIRECTORIES -> "COMPREPLY=($(compgen -d -- \"$cur\"))";
            case IMAGES -> "_jbuild_reply_images";
            case NONE, OTHER -> "";
        };
    }
}
