package dev.jbuild.graph;

import java.util.Collection;
import java.util.Optional;

/** What someone may have meant who mistyped a name. */
final class Suggestion {
    private static final int TOO_FAR = 3;

    private Suggestion() {}

    /** {@code  (did you mean x?)}, or nothing when no name is near. */
    static String hint(String mistyped, Collection<String> names) {
        return nearest(mistyped, names)
                .map(name -> " (did you mean " + name + "?)")
                .orElse("");
    }

    /** The nearest name; none when one is equal, for then the name isn't what was wrong. */
    static Optional<String> nearest(String mistyped, Collection<String> names) {
        if (names.contains(mistyped)) {
            return Optional.empty();
        }
        Optional<String> best = Optional.empty();
        int bestDistance = TOO_FAR;
        for (String name : names) {
            int distance = distance(mistyped, name);
            if (distance < bestDistance) {
                best = Optional.of(name);
                bestDistance = distance;
            }
        }
        return best;
    }

    /** How many characters to insert, delete or replace (Levenshtein). */
    private static int distance(String a, String b) {
        if (Math.abs(a.length() - b.length()) >= TOO_FAR) {
            return TOO_FAR;
        }
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replace = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replace, Math.min(previous[j], row[j - 1]) + 1);
            }
            previous = row;
        }
        return previous[b.length()];
    }
}
