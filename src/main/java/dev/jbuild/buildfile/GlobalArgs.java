package dev.jbuild.buildfile;

import dev.jbuild.problem.UserError;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The arguments that FROM lines can use: predefined ones, and those above the first FROM. */
final class GlobalArgs {
    /**
     * An argument that the file defines.
     *
     * @param value absent where it has none
     * @param uses the arguments that its default uses
     */
    record Info(Instruction.Arg.Definition definition, Optional<String> value, SourceRange range, Set<String> uses) {
        Info {
            uses = Set.copyOf(uses);
        }
    }

    private final Map<String, String> values;
    private final Map<String, Info> defined = new LinkedHashMap<>();
    private final WordExpander expander;

    private GlobalArgs(Map<String, String> predefined, char escape) {
        this.values = new LinkedHashMap<>(predefined);
        this.expander = new WordExpander(escape);
    }

    /** @param given values from the command line, which replace those of the file */
    static GlobalArgs of(Buildfile file, Map<String, String> predefined, Map<String, String> given) throws UserError {
        GlobalArgs args = new GlobalArgs(predefined, file.escape());
        for (Instruction.Arg arg : file.globalArgs()) {
            for (Instruction.Arg.Definition definition : arg.definitions()) {
                try {
                    args.define(definition, arg.range(), Optional.ofNullable(given.get(definition.name())));
                } catch (UserError e) {
                    throw file.at(arg.range(), e);
                }
            }
        }
        return args;
    }

    private void define(Instruction.Arg.Definition definition, SourceRange range, Optional<String> given)
            throws UserError {
        String name = definition.name();
        Optional<String> value = given;
        Set<String> uses = new HashSet<>();
        if (given.isEmpty() && definition.value().isPresent()) {
            WordExpander.Result result = expander.expand(definition.value().get(), Environment.of(values));
            value = Optional.of(result.word());
            uses.addAll(result.used());
            if (uses.remove(name) && defined.containsKey(name)) {
                uses.addAll(defined.get(name).uses());
            }
        }
        value.ifPresent(v -> values.put(name, v));
        defined.put(name, new Info(definition, value, range, uses));
    }

    /** The values of those that are set, by name. */
    Map<String, String> values() {
        return values;
    }

    /** Those that the file defines, by name. */
    Map<String, Info> defined() {
        return defined;
    }

    /** All names, set or not. */
    Set<String> names() {
        Set<String> names = new LinkedHashSet<>(values.keySet());
        names.addAll(defined.keySet());
        return names;
    }
}
