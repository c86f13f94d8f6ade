package dev.jbuild.buildfile;

import dev.jbuild.problem.UserError;
import java.util.List;
import java.util.Set;

/**
 * Variable expansion and word splitting of instruction arguments.
 *
 * @param escape the character that escapes the next one
 * @param rawQuotes keep quotes in the result
 * @param rawEscapes keep escape characters in the result
 * @param skipUnset leave references to unset variables as they are
 * @param ignoreQuotes treat quotes as ordinary characters
 */
public record WordExpander(
        char escape, boolean rawQuotes, boolean rawEscapes, boolean skipUnset, boolean ignoreQuotes) {
    public WordExpander(char escape) {
        this(escape, false, false, false, false);
    }

    /** What expands the contents of heredocs: quotes mean nothing there. */
    public static WordExpander forContents() {
        return new WordExpander('\\', false, false, false, true);
    }

    /**
     * What came of a text.
     *
     * @param word all of it as one word
     * @param words the same split at unquoted white space
     * @param used variables that were looked up and set
     * @param unset variables that were looked up and not set
     */
    public record Result(String word, List<String> words, Set<String> used, Set<String> unset) {}

    /** Expands a text and says what came of it and which variables it used. */
    public Result expand(String text, Environment environment) throws UserError {
        if (isPlain(text)) {
            return new Result(text, text.isEmpty() ? List.of() : List.of(text), Set.of(), Set.of());
        }
        try {
            return new WordLexer(this, text, environment).run();
        } catch (UserError e) {
            throw new UserError("failed to process " + Text.quote(text) + ": " + e.what(), e);
        }
    }

    /** Whether there is nothing to do, as is so of most words. */
    private boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == escape || "$'\"<\ufeff".indexOf(c) >= 0 || Text.isSpace(c)) {
                return false;
            }
        }
        return true;
    }

    /** Expands a text to exactly one word. */
    public String processWord(String text, Environment environment) throws UserError {
        return expand(text, environment).word();
    }

    /** Expands a text and splits it at unquoted white space, also at such that came out of a variable. */
    public List<String> processWords(String text, Environment environment) throws UserError {
        return expand(text, environment).words();
    }
}
