package dev.jbuild.buildfile;

import dev.jbuild.problem.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Expansion of several words at once. */
final class Words {
    private Words() {}

    static List<String> expand(List<String> words, Expander expander) throws UserError {
        List<String> expanded = new ArrayList<>();
        for (String word : words) {
            expanded.add(expander.expand(word));
        }
        return expanded;
    }

    static Optional<String> expand(Optional<String> word, Expander expander) throws UserError {
        return word.isEmpty() ? word : given(expander.expand(word.get()));
    }

    static List<KeyValue> expandPairs(List<KeyValue> pairs, Expander expander) throws UserError {
        List<KeyValue> expanded = new ArrayList<>();
        for (KeyValue pair : pairs) {
            expanded.add(pair.expand(expander));
        }
        return expanded;
    }

    static List<Heredoc> expandContents(List<Heredoc> files, Expander expander) throws UserError {
        List<Heredoc> expanded = new ArrayList<>();
        for (Heredoc file : files) {
            expanded.add(file.expand() ? file.withContent(expander.expand(file.content())) : file);
        }
        return expanded;
    }

    /** A flag's value, absent when empty. */
    static Optional<String> given(String value) {
        return value.isEmpty() ? Optional.empty() : Optional.of(value);
    }
}
