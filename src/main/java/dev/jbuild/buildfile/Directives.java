package dev.jbuild.buildfile;

import dev.jbuild.problem.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds parser directives without parsing the rest of a file. */
public final class Directives {
    private Directives() {}

    /** The directives that a text starts with. */
    public static List<Directive> of(String text) throws UserError {
        DirectiveReader reader = new DirectiveReader("#", 0);
        List<Directive> found = new ArrayList<>();
        for (String line : lines(text)) {
            Optional<Directive> directive = reader.read(line);
            directive.ifPresent(found::add);
            if (reader.isDone()) {
                break;
            }
        }
        return found;
    }

    /** The value of one directive; a {@code #!} line may come before. */
    public static Optional<Directive> find(String name, String text) {
        return Source.of(text).find(name, "#");
    }

    /** The frontend a file asks for, in the form of a directive after {@code #} or {@code //}, or of a JSON object. */
    public static Optional<Directive> syntax(String text) {
        Source source = Source.of(text);
        return source.find("syntax", "#")
                .or(() -> source.find("syntax", "//"))
                .or(() -> JsonText.member(source.text(), "syntax")
                        .map(value -> new Directive("syntax", value, source.linesBefore())));
    }

    /** A text without byte order mark and {@code #!} line. */
    private record Source(String text, int linesBefore) {
        static Source of(String text) {
            String clean = text.startsWith("\ufeff") ? text.substring(1) : text;
            if (!clean.startsWith("#!")) {
                return new Source(clean, 0);
            }
            int end = clean.indexOf('\n');
            return new Source(end < 0 ? "" : clean.substring(end + 1), 1);
        }

        Optional<Directive> find(String name, String prefix) {
            DirectiveReader reader = new DirectiveReader(prefix, linesBefore);
            for (String line : lines(text)) {
                try {
                    Optional<Directive> directive = reader.read(line);
                    if (directive.isPresent() && directive.get().name().equals(name)) {
                        return directive;
                    }
                } catch (UserError duplicate) {
                    return Optional.empty();
                }
                if (reader.isDone()) {
                    break;
                }
            }
            return Optional.empty();
        }
    }

    /** Lines without their ends. */
    static List<String> lines(String text) {
        List<String> lines = new ArrayList<>();
        for (int start = 0; start < text.length(); ) {
            int newline = text.indexOf('\n', start);
            int end = newline < 0 ? text.length() : newline;
            boolean carriage = end > start && text.charAt(end - 1) == '\r';
            lines.add(text.substring(start, carriage ? end - 1 : end));
            start = end + 1;
        }
        return lines;
    }
}
