package dev.jbuild.graph;

import dev.jbuild.buildfile.Environment;
import dev.jbuild.buildfile.Instruction;
import dev.jbuild.buildfile.KeyValue;
import dev.jbuild.buildfile.WordExpander;
import dev.jbuild.problem.UserError;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a stage's own ARG and ENV lines say before any base is known, for variables in {@code COPY --from}. BuildKit
 * refuses these; buildah expands them, and so do we.
 */
final class EarlyVariables {
    private final GlobalArguments arguments;
    private final WordExpander expander;
    private final Map<String, String> values = new LinkedHashMap<>();

    EarlyVariables(GlobalArguments arguments, WordExpander expander) {
        this.arguments = arguments;
        this.expander = expander;
    }

    void see(Instruction instruction) {
        try {
            if (instruction instanceof Instruction.Arg arg) {
                for (Instruction.Arg.Definition definition : arg.definitions()) {
                    define(definition);
                }
            } else if (instruction instanceof Instruction.Env env) {
                for (KeyValue pair : env.pairs()) {
                    values.put(pair.key(), expander.processWord(pair.value(), Environment.of(values)));
                }
            }
        } catch (UserError e) {
            // It is said when the instruction is carried out, if it is.
        }
    }

    private void define(Instruction.Arg.Definition definition) throws UserError {
        String name = definition.name();
        if (arguments.given(name).isPresent()) {
            values.put(name, arguments.given(name).get());
        } else if (definition.value().isPresent()) {
            values.put(name, expander.processWord(definition.value().get(), Environment.of(values)));
        } else if (arguments.values().containsKey(name)) {
            values.put(name, arguments.values().get(name));
        }
    }

    /** The stage or image that a name with variables stands for. */
    String expandName(String name) throws UserError {
        String expanded = expander.processWord(name, Environment.of(values));
        if (expanded.isEmpty()) {
            throw new UserError(
                    "--from=" + name + " names nothing: the variables in it are empty or not set",
                    "Declare an ARG for it in this stage, above the COPY.");
        }
        return expanded;
    }
}
