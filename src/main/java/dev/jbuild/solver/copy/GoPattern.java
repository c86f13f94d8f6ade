package dev.jbuild.solver.copy;

import dev.jbuild.problem.UserError;
import dev.jbuild.sys.RawPath;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** A pattern for one file name, with the meaning of Go's {@code filepath.Match}. */
final class GoPattern {
    private final String text;
    private final int[] pattern;

    private GoPattern(String text, int[] pattern) {
        this.text = text;
        this.pattern = pattern;
    }

    /**
     * @param text without slashes
     * @throws UserError for a set that isn't closed, or a backslash at the end
     */
    static GoPattern of(String text) throws UserError {
        GoPattern pattern = new GoPattern(text, text.codePoints().toArray());
        pattern.check();
        return pattern;
    }

    /** Whether there is anything in a text that a pattern reads as more than itself. */
    static boolean isPattern(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '*' || c == '?' || c == '[') {
                return true;
            }
        }
        return false;
    }

    boolean matches(RawPath name) {
        byte[] bytes = name.bytes();
        try {
            String decoded = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return matches(pattern, 0, decoded.codePoints().toArray(), 0);
        } catch (CharacterCodingException e) {
            // A name that isn't text is compared byte by byte, as the pattern then is.
            String same = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
            String latin1 = new String(bytes, StandardCharsets.ISO_8859_1);
            return matches(same.codePoints().toArray(), 0, latin1.codePoints().toArray(), 0);
        }
    }

    private static boolean matches(int[] pattern, int from, int[] name, int at) {
        int p = from;
        int n = at;
        int star = -1;
        int starAt = 0;
        while (true) {
            if (p < pattern.length && pattern[p] == '*') {
                star = ++p;
                starAt = n;
                continue;
            }
            if (n == name.length && p == pattern.length) {
                return true;
            }
            if (n < name.length && p < pattern.length && takes(pattern, p, name[n])) {
                p = next(pattern, p);
                n++;
                continue;
            }
            // The last asterisk takes one character more: earlier ones need never be gone back to.
            if (star < 0 || starAt >= name.length) {
                return false;
            }
            p = star;
            n = ++starAt;
        }
    }

    private static boolean takes(int[] pattern, int p, int c) {
        return switch (pattern[p]) {
            case '?' -> true;
            case '[' -> inSet(pattern, p, c);
            case '\\' -> pattern[p + 1] == c;
            default -> pattern[p] == c;
        };
    }

    /** Where the element after that at {@code p} begins. */
    private static int next(int[] pattern, int p) {
        return switch (pattern[p]) {
            case '[' -> afterSet(pattern, p);
            case '\\' -> p + 2;
            default -> p + 1;
        };
    }

    private static int afterSet(int[] pattern, int open) {
        int p = pattern[open + 1] == '^' ? open + 2 : open + 1;
        boolean first = true;
        while (first || pattern[p] != ']') {
            first = false;
            p += pattern[p] == '\\' ? 2 : 1;
        }
        return p + 1;
    }

    private static boolean inSet(int[] pattern, int open, int c) {
        boolean negated = pattern[open + 1] == '^';
        int p = negated ? open + 2 : open + 1;
        boolean found = false;
        boolean first = true;
        while (first || pattern[p] != ']') {
            first = false;
            p += pattern[p] == '\\' ? 1 : 0;
            int low = pattern[p++];
            int high = low;
            if (pattern[p] == '-') {
                p += pattern[p + 1] == '\\' ? 2 : 1;
                high = pattern[p++];
            }
            found |= low <= c && c <= high;
        }
        return found != negated;
    }

    private void check() throws UserError {
        int p = 0;
        while (p < pattern.length) {
            if (pattern[p] == '\\') {
                require(p + 1 < pattern.length);
                p += 2;
            } else if (pattern[p] == '[') {
                p = checkSet(p);
            } else {
                p++;
            }
        }
    }

    private int checkSet(int open) throws UserError {
        int p = open + 1;
        p += p < pattern.length && pattern[p] == '^' ? 1 : 0;
        boolean first = true;
        while (first || p >= pattern.length || pattern[p] != ']') {
            first = false;
            p = checkMember(p);
            if (p < pattern.length && pattern[p] == '-') {
                p = checkMember(p + 1);
            }
        }
        return p + 1;
    }

    private int checkMember(int at) throws UserError {
        require(at < pattern.length && pattern[at] != '-' && pattern[at] != ']');
        int p = at + (pattern[at] == '\\' ? 1 : 0);
        require(p + 1 < pattern.length);
        return p + 1;
    }

    private void require(boolean fine) throws UserError {
        if (!fine) {
            throw new UserError("\"" + text + "\": syntax error in pattern");
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
