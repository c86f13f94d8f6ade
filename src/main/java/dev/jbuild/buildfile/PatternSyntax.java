package dev.jbuild.buildfile;

/** Checks that brackets and escapes of a file name pattern are complete, as Go's {@code filepath.Match} does. */
final class PatternSyntax {
    private final int[] pattern;
    private int position;

    private PatternSyntax(String pattern) {
        this.pattern = pattern.codePoints().toArray();
    }

    static boolean isValid(String pattern) {
        PatternSyntax syntax = new PatternSyntax(pattern);
        while (syntax.position < syntax.pattern.length) {
            if (!syntax.element()) {
                return false;
            }
        }
        return true;
    }

    private boolean element() {
        int c = pattern[position++];
        if (c == '\\') {
            return position++ < pattern.length;
        }
        return c != '[' || set();
    }

    private boolean set() {
        if (at('^')) {
            position++;
        }
        for (int members = 0; members == 0 || !at(']'); members++) {
            if (!member()) {
                return false;
            }
            if (at('-')) {
                position++;
                if (!member()) {
                    return false;
                }
            }
        }
        position++;
        return true;
    }

    /** One character of a set, which something must follow. */
    private boolean member() {
        if (position >= pattern.length || at('-') || at(']')) {
            return false;
        }
        if (at('\\')) {
            position++;
        }
        position++;
        return position < pattern.length;
    }

    private boolean at(char c) {
        return position < pattern.length && pattern[position] == c;
    }
}
