package dev.jbuild.buildfile;

import dev.jbuild.problem.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the words of a line that open heredocs. */
final class HeredocWords {
    private static final Pattern WORD = Pattern.compile("([0-9]*)<<(-?)[\\t\\n\\f\\r ]*([^<]*)");
    private static final Environment NOTHING = Environment.of(Map.of());
    private static final WordExpander LINE = new WordExpander('\\', true, true, true, false);
    private static final WordExpander PLAIN = new WordExpander('\\', false, false, true, false);
    private static final WordExpander QUOTED = new WordExpander('\\', true, false, true, false);

    private HeredocWords() {}

    /** The heredocs that a logical line opens, still without content. */
    static List<Heredoc> of(String line) throws UserError {
        List<Heredoc> found = new ArrayList<>();
        for (String word : words(line)) {
            parse(word).ifPresent(found::add);
        }
        return found;
    }

    private static List<String> words(String line) {
        try {
            return LINE.processWords(line, NOTHING);
        } catch (UserError shellTextIsNotOurs) {
            return List.of();
        }
    }

    /** The heredoc that one word opens, if it does. */
    static Optional<Heredoc> parse(String word) throws UserError {
        Matcher matcher = WORD.matcher(word);
        if (!matcher.matches() || matcher.group(3).isEmpty()) {
            return Optional.empty();
        }
        String rest = matcher.group(3);
        List<String> plain = PLAIN.processWords(rest, NOTHING);
        if (plain.size() != 1) {
            return Optional.empty();
        }
        List<String> quoted = QUOTED.processWords(rest, NOTHING);
        if (quoted.size() != 1) {
            throw new UserError("internal lexing of heredoc produced inconsistent results: " + rest);
        }
        // Where quotes vanish, some of the word was quoted, and then the content is not expanded.
        boolean expand = quotes(plain.get(0)) == quotes(quoted.get(0));
        boolean chomp = !matcher.group(2).isEmpty();
        return Optional.of(new Heredoc(plain.get(0), descriptor(matcher.group(1)), expand, chomp, ""));
    }

    /** The same, for words that may be anything. */
    static Optional<Heredoc> parseIfPossible(String word) {
        try {
            return parse(word);
        } catch (UserError notOne) {
            return Optional.empty();
        }
    }

    private static long quotes(String text) {
        return text.chars().filter(c -> c == '\'' || c == '"').count();
    }

    private static int descriptor(String digits) {
        String significant = digits.replaceFirst("^0+", "");
        if (significant.isEmpty()) {
            return 0;
        }
        return significant.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(significant);
    }
}
