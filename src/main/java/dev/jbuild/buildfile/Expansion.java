package dev.jbuild.buildfile;

import dev.jbuild.problem.UserError;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Expands instructions with the variables of an environment and notes which were used and which were missing. */
public final class Expansion {
    private final WordExpander words;
    private final Environment environment;
    private final Set<String> used = new LinkedHashSet<>();
    private final Set<String> unset = new LinkedHashSet<>();

    /** @param escape the escape character of the Buildfile */
    public Expansion(char escape, Environment environment) {
        this.words = new WordExpander(escape);
        this.environment = environment;
    }

    /** The instruction with all variables expanded that the language expands in it. */
    public Instruction apply(Instruction instruction) throws UserError {
        if (instruction instanceof Instruction.Expose expose) {
            List<String> ports = new ArrayList<>();
            for (String port : expose.ports()) {
                ports.addAll(noted(words.expand(port, environment)).words());
            }
            return new Instruction.Expose(expose.origin(), ports);
        }
        return instruction.expand(this::word).expandContents(this::contents);
    }

    /** One word expanded, as in FROM and COPY --from. */
    public String word(String word) throws UserError {
        return noted(words.expand(word, environment)).word();
    }

    private String contents(String text) throws UserError {
        return noted(WordExpander.forContents().expand(text, environment)).word();
    }

    private WordExpander.Result noted(WordExpander.Result result) {
        used.addAll(result.used());
        unset.addAll(result.unset());
        return result;
    }

    /** Variables that were looked up and set, so far. */
    public Set<String> used() {
        return Set.copyOf(used);
    }

    /** Variables that were looked up and not set, so far. */
    public Set<String> unset() {
        return Set.copyOf(unset);
    }
}
