package dev.jbuild.buildfile;

import dev.jbuild.problem.UserError;

/**
 * One pattern of an ignore file.
 *
 * <p>Most patterns need no more than comparing strings; the others run as a {@link PathMatcher}.
 */
final class IgnorePattern {
    private enum Kind {
        EXACT,
        PREFIX,
        SUFFIX,
        GENERAL
    }

    private final String text;
    private final boolean exception;
    private final Kind kind;
    private final String plain;
    private final PathMatcher matcher;

    /** @param text cleaned, without the exclamation mark */
    IgnorePattern(String text, boolean exception) throws UserError {
        if (!PatternSyntax.isValid(text)) {
            throw malformed(text);
        }
        this.text = text;
        this.exception = exception;
        this.kind = kind(text);
        this.plain = plain(text, kind);
        this.matcher = kind == Kind.GENERAL ? PathMatcher.of(text) : PathMatcher.NOTHING;
    }

    static UserError malformed(String text) {
        return new UserError("ignore pattern " + Text.quote(text) + ": syntax error in pattern");
    }

    boolean isException() {
        return exception;
    }

    /** Whether a path matches, regardless of its parents. */
    boolean matches(String path) {
        return kind == Kind.GENERAL ? matcher.matches(path) : matches(path, path.length());
    }

    /** Whether a path matches, or one of the directories it is in. */
    boolean matchesOrParent(String path) {
        if (kind == Kind.GENERAL) {
            return matcher.matchesOrParent(path);
        }
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            if (matches(path, slash)) {
                return true;
            }
        }
        return matches(path, path.length());
    }

    /** Whether the path up to {@code end} matches, if this needs no more than comparing strings. */
    private boolean matches(String path, int end) {
        int length = plain.length();
        return switch (kind) {
            case EXACT -> end == length && path.startsWith(plain);
            case PREFIX -> end >= length && path.startsWith(plain);
            default ->
                (end >= length && path.startsWith(plain, end - length))
                        || (plain.startsWith("/") && end == length - 1 && plain.startsWith(path.substring(0, end), 1));
        };
    }

    /** The text without double asterisks. */
    private static String plain(String text, Kind kind) {
        return switch (kind) {
            case PREFIX -> text.substring(0, text.length() - 2);
            case SUFFIX -> text.substring(2);
            default -> text;
        };
    }

    private static Kind kind(String text) {
        boolean deepStart = text.startsWith("**");
        boolean deepEnd = text.endsWith("**");
        String rest = deepStart ? text.substring(2) : text;
        if (deepStart && isPlain(rest)) {
            return Kind.SUFFIX;
        }
        if (!deepStart && deepEnd && isPlain(text.substring(0, text.length() - 2))) {
            return Kind.PREFIX;
        }
        return isPlain(text) ? Kind.EXACT : Kind.GENERAL;
    }

    private static boolean isPlain(String text) {
        return text.chars().noneMatch(c -> "*?[]\\".indexOf(c) >= 0);
    }

    /** Whether a path below a directory could match; it may say so wrongly, but never denies it wrongly. */
    boolean mayMatchBelow(String directory) {
        String[] parts = text.split("/", -1);
        String[] names = directory.split("/", -1);
        for (int i = 0; i < names.length && i < parts.length; i++) {
            if (!isPlain(parts[i]) || parts[i].indexOf('^') >= 0) {
                return true;
            }
            if (!parts[i].equals(names[i])) {
                return false;
            }
        }
        return parts.length > names.length;
    }

    /** Whether the first name of the path that this matches is given, rather than any. */
    boolean beginsWithName() {
        String first = text.split("/", -1)[0];
        return isPlain(first) && first.indexOf('^') < 0;
    }
}
