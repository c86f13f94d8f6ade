package dev.jbuild.buildfile;

/**
 * Writes an ignore pattern as the regular expression that BuildKit matches with.
 *
 * <p>Going by that text keeps the odd cases alike: wildcards are replaced inside of brackets, too, a caret outside of
 * them is an anchor, and a backslash before some letters makes a class.
 */
final class PatternExpression {
    /** What a double asterisk becomes. */
    static final String DIRECTORIES = "(.*/)?";
    /** What it becomes at the end. */
    static final String ANYTHING = ".*";

    private static final String IN_NAME = "[^/]";

    private PatternExpression() {}

    static String of(String pattern) {
        StringBuilder out = new StringBuilder();
        int[] text = pattern.codePoints().toArray();
        for (int i = 0; i < text.length; i++) {
            int c = text[i];
            if (c == '*' && i + 1 < text.length && text[i + 1] == '*') {
                i += i + 2 < text.length && text[i + 2] == '/' ? 2 : 1;
                out.append(i + 1 == text.length ? ANYTHING : DIRECTORIES);
            } else if (c == '*') {
                out.append(IN_NAME).append('*');
            } else if (c == '?') {
                out.append(IN_NAME);
            } else if (".+()|{}$".indexOf(c) >= 0) {
                out.append('\\').appendCodePoint(c);
            } else if (c == '\\' && i + 1 < text.length) {
                out.append('\\').appendCodePoint(text[++i]);
            } else {
                out.appendCodePoint(c);
            }
        }
        return out.toString();
    }
}
