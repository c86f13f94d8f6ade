package dev.jbuild.buildfile;

import dev.jbuild.problem.UserError;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads directives line by line, until the first line that is none. */
final class DirectiveReader {
    private static final Set<String> KNOWN = Set.of("syntax", "escape", "check");
    private static final String BLANK = "[\\t\\n\\f\\r ]";
    private static final Pattern START = Pattern.compile("([a-zA-Z][a-zA-Z0-9]*)" + BLANK + "*=");
    private static final Pattern BLANKS = Pattern.compile(BLANK + "*");

    private final String prefix;
    private final Set<String> seen = new HashSet<>();
    private int line;
    private boolean done;

    /** @param line how many lines came before */
    DirectiveReader(String prefix, int line) {
        this.prefix = prefix;
        this.line = line;
    }

    boolean isDone() {
        return done;
    }

    Optional<Directive> read(String text) throws UserError {
        line++;
        if (done) {
            return Optional.empty();
        }
        Optional<Directive> directive =
                text.startsWith(prefix) ? match(Text.trimLeft(text.substring(prefix.length()))) : Optional.empty();
        if (directive.isEmpty()) {
            done = true;
        } else if (!seen.add(directive.get().name())) {
            throw new UserError("only one " + directive.get().name() + " parser directive can be used");
        }
        return directive;
    }

    private Optional<Directive> match(String text) {
        Matcher start = START.matcher(text);
        if (!start.lookingAt()) {
            return Optional.empty();
        }
        String name = Text.lower(start.group(1));
        String rest = text.substring(start.end());
        String value = trimBlanks(rest);
        if (value.isEmpty() && !rest.isEmpty()) {
            // One blank is a value, too, though hardly one that works.
            value = rest.substring(rest.length() - 1);
        }
        return value.isEmpty() || !KNOWN.contains(name)
                ? Optional.empty()
                : Optional.of(new Directive(name, value, line));
    }

    private static String trimBlanks(String text) {
        Matcher blanks = BLANKS.matcher(text);
        int start = blanks.lookingAt() ? blanks.end() : 0;
        int end = text.length();
        while (end > start && "\t\n\f\r ".indexOf(text.charAt(end - 1)) >= 0) {
            end--;
        }
        return text.substring(start, end);
    }
}
