package dev.jbuild.buildfile;

import dev.jbuild.problem.UserError;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The patterns of <code>${name#pattern}</code> and its kin: {@code *} and {@code ?}, but no brackets. */
final class ShellPattern {
    /** Longer patterns could exhaust the stack of the regular expression engine. */
    private static final int LONGEST = 1000;

    private ShellPattern() {}

    static String trimPrefix(String pattern, String value, boolean greedy) throws UserError {
        Matcher matcher = compile(pattern, greedy).matcher(value);
        return matcher.lookingAt() ? value.substring(matcher.end()) : value;
    }

    static String trimSuffix(String pattern, String value, boolean greedy) throws UserError {
        // The shortest match at the end is the shortest one at the start of what is read backwards.
        String backwards = new StringBuilder(value).reverse().toString();
        String left = trimPrefix(reversePattern(pattern), backwards, greedy);
        return new StringBuilder(left).reverse().toString();
    }

    static String replace(String pattern, String value, String replacement, boolean all) throws UserError {
        Matcher matcher = compile(pattern, true).matcher(value);
        if (all) {
            return replaceAll(matcher, value, replacement);
        }
        return matcher.find()
                ? value.substring(0, matcher.start()) + replacement + value.substring(matcher.end())
                : value;
    }

    /** Replaces all matches, but no empty one right behind another. */
    private static String replaceAll(Matcher matcher, String value, String replacement) {
        StringBuilder out = new StringBuilder();
        int lastEnd = 0;
        int search = 0;
        while (search <= value.length() && matcher.find(search)) {
            out.append(value, lastEnd, matcher.start());
            if (matcher.end() > lastEnd || matcher.start() == 0) {
                appendTemplate(out, replacement, matcher.group());
            }
            lastEnd = matcher.end();
            int step = search < value.length() ? Character.charCount(value.codePointAt(search)) : 1;
            search = Math.max(search + step, matcher.end());
        }
        return out.append(value, Math.min(lastEnd, value.length()), value.length())
                .toString();
    }

    private static final Pattern TEMPLATE =
            Pattern.compile("\\$(?:(\\$)|\\{([\\p{L}\\p{Nd}_]+)\\}|([\\p{L}\\p{Nd}_]+))");

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

    private static Pattern compile(String pattern, boolean greedy) throws UserError {
        if (pattern.length() > LONGEST) {
            throw new UserError("pattern in substitution is longer than " + LONGEST + " characters");
        }
        StringBuilder out = new StringBuilder();
        int[] chars = pattern.codePoints().toArray();
        for (int i = chars.length > 0 && chars[0] == 0xfeff ? 1 : 0; i < chars.length; i++) {
            int c = chars[i];
            if (c == '*') {
                out.append(greedy ? ".*" : ".*?");
            } else if (c == '?') {
                out.append('.');
            } else if (c == '\\') {
                int escaped = i + 1 < chars.length ? chars[i + 1] : 0xfffd;
                if (escaped == '}' || escaped == '/') {
                    continue;
                }
                if (escaped != '*' && escaped != '?' && escaped != '\\') {
                    throw new UserError("invalid pattern (" + pattern + ") in substitution: invalid escape '\\"
                            + Character.toString(escaped) + "'");
                }
                out.append('\\').appendCodePoint(escaped);
                i++;
            } else {
                out.append(Pattern.quote(Character.toString(c)));
            }
        }
        return Pattern.compile(out.toString(), Pattern.UNIX_LINES);
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
