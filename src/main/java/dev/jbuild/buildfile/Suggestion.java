package dev.jbuild.buildfile;

import java.util.Collection;
import java.util.Optional;
import java.util.TreeSet;

/** Finds what a misspelt word was meant to be. */
public final class Suggestion {
    /** Words farther away than this are not offered. */
    private static final int FARTHEST = 2;

    private Suggestion() {}

    /** The option nearest to {@code word}, unless that is one of them or none is near. */
    public static Optional<String> nearest(String word, Collection<String> options) {
        Optional<String> best = Optional.empty();
        int least = FARTHEST + 1;
        for (String option : new TreeSet<>(options)) {
            int distance = distance(word, option);
            if (distance == 0) {
                return Optional.empty();
            }
            if (distance < least) {
                best = Optional.of(option);
                least = distance;
            }
        }
        return best;
    }

    /** Like {@link #nearest} for words of which case does not matter; the answer is in the case of {@code word}. */
    public static Optional<String> nearestIgnoringCase(String word, Collection<String> options) {
        String lower = Text.lower(word);
        Optional<String> found =
                nearest(lower, options.stream().map(Text::lower).toList());
        boolean shout = !word.equals(lower) && word.equals(Text.upper(word));
        return shout ? found.map(Text::upper) : found;
    }

    /** {@code  (did you mean x?)}, or nothing. */
    static String suffix(Optional<String> suggestion) {
        return suggestion.map(s -> " (did you mean " + s + "?)").orElse("");
    }

    static String suffix(String word, Collection<String> options) {
        return suffix(nearest(word, options));
    }

    /** How many characters must be inserted, deleted or replaced to get from one word to the other. */
    private static int distance(String a, String b) {
        int[] from = a.codePoints().toArray();
        int[] to = b.codePoints().toArray();
        if (Math.abs(from.length - to.length) > FARTHEST) {
            return FARTHEST + 1;
        }
        int[] above = new int[to.length + 1];
        for (int j = 0; j <= to.length; j++) {
            above[j] = j;
        }
        for (int i = 1; i <= from.length; i++) {
            int[] row = new int[to.length + 1];
            row[0] = i;
            for (int j = 1; j <= to.length; j++) {
                int replaced = above[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
            }
            above = row;
        }
        return above[to.length];
    }
}
