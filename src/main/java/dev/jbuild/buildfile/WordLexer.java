package dev.jbuild.buildfile;

import dev.jbuild.problem.UserError;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One run over one text, for {@link WordExpander}. */
final class WordLexer {
    private static final int END = -1;
    private static final int REPLACEMENT = 0xfffd;
    /** More nesting than this is refused, before the stack ends. */
    private static final int DEEPEST = 100;
    /** What a value may grow to by substitutions; no process could be given a longer one. */
    static final int LONGEST = 1 << 20;

    private final WordExpander options;
    private final Environment environment;
    private final int[] text;
    private final Set<String> used = new LinkedHashSet<>();
    private final Set<String> unset = new LinkedHashSet<>();
    /** One buffer for all levels of nesting: what stands before a {@code ${x:-…}} in its word does not survive it. */
    private final StringBuilder wordBuffer = new StringBuilder();

    private int position;
    private int depth;
    private boolean rawEscapes;

    WordLexer(WordExpander options, String text, Environment environment) {
        this.options = options;
        this.environment = environment;
        this.text = text.codePoints().toArray();
        this.position = this.text.length > 0 && this.text[0] == 0xfeff ? 1 : 0;
        this.rawEscapes = options.rawEscapes();
    }

    WordExpander.Result run() throws UserError {
        Piece piece = until(END, rawEscapes);
        return new WordExpander.Result(piece.text(), piece.words(), used, unset);
    }

    private record Piece(String text, List<String> words) {}

    private int peek() {
        return position < text.length ? text[position] : END;
    }

    private int next() {
        return position < text.length ? text[position++] : END;
    }

    /** Splits what it is given at white space. */
    private final class Splitter {
        private final List<String> words = new ArrayList<>();
        private boolean inWord;

        void add(int c) {
            if (!Text.isSpace(c)) {
                addRaw(c);
            } else if (inWord && wordBuffer.length() > 0) {
                flush();
            }
        }

        void addRaw(int c) {
            wordBuffer.appendCodePoint(c);
            inWord = true;
        }

        void addRaw(String s) {
            wordBuffer.append(s);
            inWord = true;
        }

        void flush() {
            words.add(wordBuffer.toString());
            wordBuffer.setLength(0);
            inWord = false;
        }

        List<String> finish() {
            if (wordBuffer.length() > 0) {
                flush();
            }
            return words;
        }
    }

    /** Takes everything up to {@code stop}, which is consumed. */
    private Piece until(int stop, boolean raw) throws UserError {
        if (depth == DEEPEST) {
            throw new UserError("syntax error: more than " + DEEPEST + " nested substitutions");
        }
        boolean outer = rawEscapes;
        rawEscapes = raw;
        depth++;
        try {
            return until(stop);
        } finally {
            depth--;
            rawEscapes = outer;
        }
    }

    private Piece until(int stop) throws UserError {
        StringBuilder result = new StringBuilder();
        wordBuffer.setLength(0);
        Splitter splitter = new Splitter();
        while (peek() != END) {
            int c = peek();
            if (result.length() > Math.max(LONGEST, text.length)) {
                throw tooLong();
            }
            if (c == stop) {
                next();
                return new Piece(result.toString(), splitter.finish());
            }
            Optional<String> special = special(c);
            if (special.isPresent()) {
                result.append(special.get());
                if (c == '$') {
                    special.get().codePoints().forEach(splitter::add);
                } else {
                    splitter.addRaw(special.get());
                }
            } else if (!ordinary(result, splitter)) {
                break;
            }
        }
        if (stop != END) {
            throw new UserError("unexpected end of statement while looking for matching " + Character.toString(stop));
        }
        return new Piece(result.toString(), splitter.finish());
    }

    static UserError tooLong() {
        return new UserError("what the variables stand for is too long: more than " + LONGEST + " characters");
    }

    private Optional<String> special(int c) throws UserError {
        return switch (c) {
            case '$' -> Optional.of(dollar());
            case '<' -> Optional.of(possibleHeredoc());
            case '\'' -> options.ignoreQuotes() ? Optional.empty() : Optional.of(singleQuoted());
            case '"' -> options.ignoreQuotes() ? Optional.empty() : Optional.of(doubleQuoted());
            default -> Optional.empty();
        };
    }

    /** Takes one character, or an escaped one; false when the text ends with an escape character. */
    private boolean ordinary(StringBuilder result, Splitter splitter) {
        int c = next();
        if (c != options.escape()) {
            splitter.add(c);
            result.appendCodePoint(c);
            return true;
        }
        if (rawEscapes) {
            splitter.addRaw(c);
            result.appendCodePoint(c);
        }
        int escaped = next();
        if (escaped == END) {
            return false;
        }
        splitter.addRaw(escaped);
        result.appendCodePoint(escaped);
        return true;
    }

    private String singleQuoted() throws UserError {
        StringBuilder result = new StringBuilder();
        int quote = next();
        if (options.rawQuotes()) {
            result.appendCodePoint(quote);
        }
        while (true) {
            int c = next();
            if (c == END) {
                throw new UserError("unexpected end of statement while looking for matching single-quote");
            }
            if (c == '\'') {
                return options.rawQuotes() ? result.append('\'').toString() : result.toString();
            }
            result.appendCodePoint(c);
        }
    }

    private String doubleQuoted() throws UserError {
        StringBuilder result = new StringBuilder();
        int quote = next();
        if (options.rawQuotes()) {
            result.appendCodePoint(quote);
        }
        while (true) {
            switch (peek()) {
                case END -> throw new UserError("unexpected end of statement while looking for matching double-quote");
                case '"' -> {
                    next();
                    return options.rawQuotes() ? result.append('"').toString() : result.toString();
                }
                case '$' -> result.append(dollar());
                default -> inDoubleQuotes(result);
            }
            if (result.length() > Math.max(LONGEST, text.length)) {
                throw tooLong();
            }
        }
    }

    private void inDoubleQuotes(StringBuilder result) {
        int c = next();
        if (c == options.escape()) {
            if (rawEscapes) {
                result.appendCodePoint(c);
            }
            int escaped = peek();
            if (escaped == END) {
                return;
            }
            if (escaped == '"' || escaped == '$' || escaped == options.escape()) {
                c = next();
            }
        }
        result.appendCodePoint(c);
    }

    private String dollar() throws UserError {
        next();
        if (peek() != '{') {
            String name = name();
            if (name.isEmpty()) {
                return "$";
            }
            Optional<String> value = lookUp(name);
            return value.isEmpty() && options.skipUnset() ? "$" + name : value.orElse("");
        }
        next();
        switch (peek()) {
            case END -> throw missingBrace();
            case '{', '}', ':' -> throw new UserError("syntax error: bad substitution");
            default -> {
                return braced(name());
            }
        }
    }

    private static UserError missingBrace() {
        return new UserError("syntax error: missing '}'");
    }

    /** What follows the name in <code>${name…}</code>. */
    private String braced(String name) throws UserError {
        int c = next();
        switch (c) {
            case '}' -> {
                Optional<String> value = lookUp(name);
                return value.isEmpty() && options.skipUnset() ? "${" + name + "}" : value.orElse("");
            }
            case ':' -> {
                int modifier = next();
                return modified(name, ":" + shown(modifier), modifier, true);
            }
            case '+', '-', '?', '#', '%' -> {
                return modified(name, shown(c), c, false);
            }
            case '/' -> {
                return replaced(name);
            }
            default -> throw unsupported(shown(c));
        }
    }

    private static String shown(int c) {
        return Character.toString(c == END ? REPLACEMENT : c);
    }

    private static UserError unsupported(String modifier) {
        return new UserError("unsupported modifier (" + modifier + ") in substitution");
    }

    private String modified(String name, String shown, int modifier, boolean emptyIsUnset) throws UserError {
        boolean trims = modifier == '#' || modifier == '%';
        if (emptyIsUnset && trims) {
            throw unsupported(shown);
        }
        String word = wordUntil('}', trims, "syntax error: missing '}'");
        Optional<String> value = lookUp(name);
        if (options.skipUnset() && value.isEmpty()) {
            return "${" + name + shown + word + "}";
        }
        boolean absent = value.isEmpty() || (emptyIsUnset && value.get().isEmpty());
        return switch (modifier) {
            case '-' -> absent ? word : value.orElse("");
            case '+' -> absent ? "" : word;
            case '?' -> {
                if (absent) {
                    String what = value.isEmpty() ? "is not allowed to be unset" : "is not allowed to be empty";
                    throw new UserError(name + ": " + (word.isEmpty() ? what : word));
                }
                yield value.orElse("");
            }
            case '#', '%' -> {
                boolean greedy = !word.isEmpty() && word.charAt(0) == modifier;
                String pattern = greedy ? word.substring(1) : word;
                yield modifier == '%'
                        ? ShellPattern.trimSuffix(pattern, value.orElse(""), greedy)
                        : ShellPattern.trimPrefix(pattern, value.orElse(""), greedy);
            }
            default -> throw unsupported(shown);
        };
    }

    /** The {@code /pattern/replacement} forms. */
    private String replaced(String name) throws UserError {
        boolean all = peek() == '/';
        if (all) {
            next();
        }
        String pattern = wordUntil('/', true, "syntax error: missing '/' in ${}");
        String replacement = wordUntil('}', true, "syntax error: missing '}'");
        Optional<String> value = lookUp(name);
        if (options.skipUnset() && value.isEmpty()) {
            return "${" + name + "/" + pattern + "/" + replacement + "}";
        }
        return ShellPattern.replace(pattern, value.orElse(""), replacement, all);
    }

    private String wordUntil(int stop, boolean raw, String whenMissing) throws UserError {
        try {
            return until(stop, raw).text();
        } catch (UserError e) {
            if (peek() == END) {
                throw new UserError(whenMissing, e);
            }
            throw e;
        }
    }

    /** A variable's name: letters, digits and underscores; or digits only; or one special parameter. */
    private String name() {
        StringBuilder name = new StringBuilder();
        int first = peek();
        if (first != END && Character.isDigit(first)) {
            while (peek() != END && Character.isDigit(peek())) {
                name.appendCodePoint(next());
            }
            return name.toString();
        }
        if (first != END && "@*#?-$!".indexOf(first) >= 0) {
            return Character.toString(next());
        }
        while (peek() != END && (Character.isLetter(peek()) || Character.isDigit(peek()) || peek() == '_')) {
            name.appendCodePoint(next());
        }
        return name.toString();
    }

    /** {@code <<} keeps the blanks that follow, so that a heredoc's word stays with it. */
    private String possibleHeredoc() {
        next();
        if (peek() != '<') {
            return "<";
        }
        next();
        StringBuilder result = new StringBuilder("<<");
        while (peek() == '\t' || peek() == '\r' || peek() == ' ') {
            result.appendCodePoint(next());
        }
        return result.toString();
    }

    private Optional<String> lookUp(String name) {
        Optional<String> value = environment.get(name);
        (value.isPresent() ? used : unset).add(name);
        return value;
    }
}
