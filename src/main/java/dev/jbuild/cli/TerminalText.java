package dev.jbuild.cli;

import java.util.regex.Pattern;

/** Text as it fits a line of a terminal. */
final class TerminalText {
    private static final Pattern ESCAPES =
            Pattern.compile("\u001b(\\[[0-?]*[ -/]*[@-~]|\\][^\u0007\u001b]*(\u0007|\u001b\\\\)?|[@-Z\\\\-_])");
    private static final int TAB = 8;
    /** First and last of each range of characters that take two columns. */
    private static final int[] WIDE = {
        0x1100, 0x115f, 0x2e80, 0xa4cf, 0xac00, 0xd7a3, 0xf900, 0xfaff, 0xfe30, 0xfe6f, 0xff00, 0xff60, 0x1f300,
        0x1faff, 0x20000, 0x3fffd
    };

    private TerminalText() {}

    /** Without colours and cursor movements; of text overwritten by a carriage return only the last; tabs as blanks. */
    static String clean(String text) {
        String plain = ESCAPES.matcher(text).replaceAll("");
        int lastReturn = plain.lastIndexOf('\r');
        StringBuilder clean = new StringBuilder();
        int column = 0;
        for (int i = lastReturn + 1; i < plain.length(); ) {
            int c = plain.codePointAt(i);
            i += Character.charCount(c);
            if (c == '\t') {
                int blanks = TAB - column % TAB;
                clean.append(" ".repeat(blanks));
                column += blanks;
            } else if (!Character.isISOControl(c)) {
                clean.appendCodePoint(c);
                column += columns(c);
            }
        }
        return clean.toString();
    }

    /** The columns that a text takes. */
    static int columns(String text) {
        return text.codePoints().map(TerminalText::columns).sum();
    }

    private static int columns(int c) {
        int type = Character.getType(c);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || type == Character.FORMAT) {
            return 0;
        }
        for (int i = 0; i < WIDE.length; i += 2) {
            if (c >= WIDE[i] && c <= WIDE[i + 1]) {
                return 2;
            }
        }
        return 1;
    }

    /** As much of the text as fits; the end of what doesn't is marked by an ellipsis. */
    static String fit(String text, int columns) {
        if (columns(text) <= columns) {
            return text;
        }
        StringBuilder fitting = new StringBuilder();
        int used = 0;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            if (used + columns(c) > columns - 1) {
                break;
            }
            fitting.appendCodePoint(c);
            used += columns(c);
            i += Character.charCount(c);
        }
        return columns < 1 ? "" : fitting + "…";
    }

    /** The text at the left and another at the right end of a line. */
    static String justify(String left, String right, int columns) {
        String fitting = fit(left, columns - columns(right) - 1);
        return fitting + " ".repeat(Math.max(1, columns - columns(fitting) - columns(right))) + right;
    }
}
