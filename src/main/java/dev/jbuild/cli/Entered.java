package dev.jbuild.cli;

import java.util.Map;

/**
 * What came of making this user root of a namespace before the program started, as {@code jbuild-sandbox enter} tells it.
 *
 * @param reason why it isn't more; empty where there is nothing more to be had
 */
record Entered(Kind kind, String reason) {
    private static final String VARIABLE = "JBUILD_ENTERED";

    /** From the most to the least. */
    enum Kind {
        /** This is root, and nothing was to be made. */
        NOT_NEEDED,
        /** A namespace with the ids that root gave to this user. */
        RANGES,
        /** A namespace with one id, the user's own. */
        SINGLE,
        /** None: this is an ordinary user. */
        NOTHING
    }

    static Entered of(Map<String, String> environment) {
        String[] words = environment.getOrDefault(VARIABLE, "").split(" ", 2);
        Kind kind = switch (words[0]) {
            case "ranges" -> Kind.RANGES;
            case "single" -> Kind.SINGLE;
            case "nothing" -> Kind.NOTHING;
            default -> Kind.NOT_NEEDED;
        };
        return new Entered(kind, words.length == 2 ? words[1] : "");
    }
}
