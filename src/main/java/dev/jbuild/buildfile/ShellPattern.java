package dev.jbuild.buildfile;

import dev.jbuild.problem.UserError;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The patterns of <code>${name#pattern}</code> and its kin: {@code *} and {@code ?}, but no brackets. */
final class ShellPattern {
    /** Longer patterns could take too long. */
    private static final int LONGEST = 1000;

    private static final Pattern TEMPLATE =
            Pattern.compile("\\$(?:(\\$)|\\{([\\p{L}\\p{Nd}_]+)\\}|([\\p{L}\\p{Nd}_]+))");

    private ShellPattern() {}

    static String trimPrefix(String pattern, String value, boolean greedy) throws UserError {
        int[] text = value.codePoints().toArray();
        int end = compile(pattern).end(text, 0, greedy);
        return end < 0 ? value : new String(text, end, text.length - end);
    }

    static String trimSuffix(String pattern, String value, boolean greedy) throws UserError {
        // The shortest match at the end is the shortest one at the start of what is read backwards.
        String backwards = new StringBuilder(value).reverse().toString();
        String left = trimPrefix(reversePattern(pattern), backwards, greedy);
        return new StringBuilder(left).reverse().toString();
    }

    static String replace(String pattern, String value, String replacement, boolean all) throws UserError {
        int[] text = value.codePoints().toArray();
        GlobMatcher matcher = compile(pattern);
        if (all) {
            return replaceAll(matcher, text, replacement);
        }
        int start = matcher.start(text, 0);
        if (start < 0) {
            return value;
        }
        int end = matcher.end(text, start, true);
        return new String(text, 0, start) + replacement + new String(text, end, text.length - end);
    }

    /** Replaces all matches, but no empty one right behind another. */
    private static String replaceAll(GlobMatcher matcher, int[] text, String replacement) throws UserError {
        StringBuilder out = new StringBuilder();
        int lastEnd = 0;
        int search = 0;
        while (search <= text.length) {
            int start = matcher.start(text, search);
            if (start < 0) {
                break;
            }
            int end = matcher.end(text, start, true);
            out.append(new String(text, lastEnd, start - lastEnd));
            if (end > lastEnd || start == 0) {
                appendTemplate(out, replacement, new String(text, start, end - start));
            }
            if (out.length() > WordLexer.LONGEST) {
                throw WordLexer.tooLong();
            }
            lastEnd = end;
            search = Math.max(search + 1, end);
        }
        return out.append(new String(text, lastEnd, text.length - lastEnd)).toString();
    }

    /** In a replacement of all matches, {@code $0} is the match, other references are empty, {@code $$} a dollar. */
    private static void appendTemplate(StringBuilder out, String replacement, String match) {
        Matcher reference = TEMPLATE.matcher(replacement);
        int end = 0;
        while (reference.find()) {
            out.append(replacement, end, reference.start());
            String name = reference.group(2) == null ? reference.group(3) : reference.group(2);
            if (name == null) {
                out.append('$');
            } else if (name.equals("0")) {
                out.append(match);
            }
            end = reference.end();
        }
        out.append(replacement, end, replacement.length());
    }

    private static GlobMatcher compile(String pattern) throws UserError {
        if (pattern.length() > LONGEST) {
            throw new UserError("pattern in substitution is longer than " + LONGEST + " characters");
        }
        GlobMatcher matcher = new GlobMatcher();
        int[] chars = pattern.codePoints().toArray();
        for (int i = chars.length > 0 && chars[0] == 0xfeff ? 1 : 0; i < chars.length; i++) {
            int c = chars[i];
            if (c == '*') {
                matcher.any();
            } else if (c == '?') {
                matcher.one();
            } else if (c == '\\') {
                int escaped = i + 1 < chars.length ? chars[i + 1] : 0xfffd;
                if (escaped == '}' || escaped == '/') {
                    continue;
                }
                if (escaped != '*' && escaped != '?' && escaped != '\\') {
                    throw new UserError("invalid pattern (" + pattern + ") in substitution: invalid escape '\\"
                            + Character.toString(escaped) + "'");
                }
                matcher.literal(escaped);
                i++;
            } else {
                matcher.literal(c);
            }
        }
        return matcher;
    }

    /** Reads a pattern backwards, but leaves each escape character before what it escapes. */
    private static String reversePattern(String pattern) {
        int[] chars = pattern.codePoints().toArray();
        int[] reversed = new int[chars.length];
        int out = chars.length;
        for (int i = 0; i < chars.length; i++) {
            if (chars[i] == '\\' && i + 1 < chars.length) {
                out -= 2;
                reversed[out] = chars[i];
                reversed[out + 1] = chars[i + 1];
                i++;
            } else {
                reversed[--out] = chars[i];
            }
        }
        return new String(reversed, 0, reversed.length);
    }
}
