package dev.jbuild.buildfile;

import dev.jbuild.problem.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Splits logical lines into keyword, flags and arguments, by the rules of each keyword. */
final class LineParser {
    private static final Pattern BLANKS = Pattern.compile("[\\t\\x0B\\f\\r ]+");
    private static final int NONE = -1;
    private static final SourceRange NOWHERE = new SourceRange(0, 0);

    /** Triggers of triggers are refused later; no need to follow thousands of them. */
    private static final int DEEPEST = 50;

    private final char escape;

    LineParser(char escape) {
        this.escape = escape;
    }

    /** Arguments and whether they were JSON. */
    private record Arguments(List<String> words, boolean json) {
        static Arguments of(List<String> words) {
            return new Arguments(words, false);
        }
    }

    Node parse(String line, List<String> comments) throws UserError {
        return parse(line, comments, 0);
    }

    private Node parse(String line, List<String> comments, int depth) throws UserError {
        String[] parts = BLANKS.split(Text.trim(line), 2);
        String keyword = parts[0];
        FlagSplitter flags = new FlagSplitter(parts.length == 2 ? parts[1] : "", escape);
        String rest = Text.trim(flags.rest());
        if (Text.lower(keyword).equals("onbuild")) {
            boolean empty = rest.isEmpty() || depth == DEEPEST;
            Optional<Node> sub = empty ? Optional.empty() : Optional.of(parse(rest, List.of(), depth + 1));
            return node(keyword, flags, Arguments.of(List.of()), sub, line, comments);
        }
        return node(keyword, flags, arguments(Text.lower(keyword), rest), Optional.empty(), line, comments);
    }

    private static Node node(
            String keyword,
            FlagSplitter flags,
            Arguments arguments,
            Optional<Node> sub,
            String line,
            List<String> comments) {
        return new Node(
                keyword, flags.flags(), arguments.words(), sub, arguments.json(), line, List.of(), comments, NOWHERE);
    }

    private Arguments arguments(String keyword, String rest) throws UserError {
        return switch (keyword) {
            case "add", "copy", "volume" -> listOrJson(rest);
            case "run", "cmd", "entrypoint", "shell" -> textOrJson(rest);
            case "env", "label" -> Arguments.of(namesAndValues(rest, Text.upper(keyword)));
            case "arg" -> Arguments.of(words(rest));
            case "expose", "from" -> Arguments.of(list(rest));
            case "healthcheck" -> healthcheck(rest);
            case "maintainer", "stopsignal", "user", "workdir" -> Arguments.of(text(rest));
            default -> Arguments.of(List.of(""));
        };
    }

    private static List<String> text(String rest) {
        return rest.isEmpty() ? List.of() : List.of(rest);
    }

    private static List<String> list(String rest) {
        return rest.isEmpty() ? List.of() : List.of(BLANKS.split(rest, -1));
    }

    private static Arguments listOrJson(String rest) throws UserError {
        Optional<Arguments> json = json(rest);
        return json.isPresent() ? json.get() : Arguments.of(list(rest));
    }

    private static Arguments textOrJson(String rest) throws UserError {
        Optional<Arguments> json = json(rest);
        return json.isPresent() ? json.get() : Arguments.of(text(rest));
    }

    private static Optional<Arguments> json(String rest) throws UserError {
        String text = Text.trimLeft(rest);
        if (!text.startsWith("[")) {
            return Optional.empty();
        }
        Optional<JsonText.Array> array = JsonText.array(text);
        if (array.isPresent() && !array.get().onlyStrings()) {
            throw new UserError("when using JSON array syntax, arrays must be comprised of strings only");
        }
        return array.map(a -> new Arguments(a.strings(), true));
    }

    private static Arguments healthcheck(String rest) throws UserError {
        int end = 0;
        while (end < rest.length() && !isAsciiSpace(rest.charAt(end))) {
            end++;
        }
        if (end == 0) {
            return Arguments.of(List.of());
        }
        int next = end;
        while (next < rest.length() && isAsciiSpace(rest.charAt(next))) {
            next++;
        }
        Arguments command = textOrJson(rest.substring(next));
        List<String> words = new ArrayList<>();
        words.add(rest.substring(0, end));
        words.addAll(command.words());
        return new Arguments(words, command.json());
    }

    private static boolean isAsciiSpace(char c) {
        return c < 0x80 && Text.isSpace(c);
    }

    /** Triples of name, value and {@code =} or nothing, for ENV and LABEL. */
    private List<String> namesAndValues(String rest, String keyword) throws UserError {
        List<String> words = words(rest);
        if (words.isEmpty()) {
            return List.of();
        }
        if (words.get(0).indexOf('=') < 0) {
            String[] parts = BLANKS.split(rest, 2);
            if (parts.length < 2) {
                throw new UserError(keyword + " must have two arguments");
            }
            return List.of(parts[0], parts[1], "");
        }
        List<String> triples = new ArrayList<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals < 0) {
                throw new UserError(
                        "Syntax error - can't find = in " + Text.quote(word) + ". Must be of the form: name=value");
            }
            triples.add(word.substring(0, equals));
            triples.add(word.substring(equals + 1));
            triples.add("=");
        }
        return triples;
    }

    /** Splits at white space outside of quotes; quotes and escapes stay, expansion takes them away later. */
    private List<String> words(String rest) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        int quote = NONE;
        for (int i = 0; i < rest.length(); i++) {
            char c = rest.charAt(i);
            if (quote == NONE && Text.isSpace(c)) {
                if (word.length() > 0) {
                    words.add(word.toString());
                    word.setLength(0);
                }
                continue;
            }
            boolean opens = quote == NONE && (c == '\'' || c == '"');
            if (opens || c == quote) {
                quote = opens ? c : NONE;
            }
            if (c == escape && quote != '\'') {
                if (i + 1 == rest.length()) {
                    break;
                }
                word.append(c);
                c = rest.charAt(++i);
            }
            word.append(c);
        }
        if (word.length() > 0) {
            words.add(word.toString());
        }
        return words;
    }
}
