package dev.jbuild.buildfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/** The characters between brackets. */
record CharSet(boolean negated, List<Range> ranges) implements IntPredicate {
    private static final Map<String, List<Range>> NAMED = Map.ofEntries(
            Map.entry("alnum", ranges("09AZaz")),
            Map.entry("alpha", ranges("AZaz")),
            Map.entry("ascii", List.of(new Range(0, 0x7f))),
            Map.entry("blank", ranges("\t\t  ")),
            Map.entry("cntrl", List.of(new Range(0, 0x1f), new Range(0x7f, 0x7f))),
            Map.entry("digit", ranges("09")),
            Map.entry("graph", ranges("!~")),
            Map.entry("lower", ranges("az")),
            Map.entry("print", ranges(" ~")),
            Map.entry("punct", ranges("!/:@[`{~")),
            Map.entry("space", ranges("\t\r  ")),
            Map.entry("upper", ranges("AZ")),
            Map.entry("word", ranges("09AZ__az")),
            Map.entry("xdigit", ranges("09AFaf")));

    CharSet {
        ranges = List.copyOf(ranges);
    }

    /** Characters from one to another, both included. */
    record Range(int from, int to) {}

    @Override
    public boolean test(int c) {
        for (Range range : ranges) {
            if (c >= range.from() && c <= range.to()) {
                return !negated;
            }
        }
        return negated;
    }

    static CharSet of(int c) {
        return new CharSet(false, List.of(new Range(c, c)));
    }

    boolean isSingle() {
        return !negated
                && ranges.size() == 1
                && ranges.get(0).from() == ranges.get(0).to();
    }

    /** A class such as {@code alpha}; no ranges when there is none of this name. */
    static List<Range> named(String name) {
        return NAMED.getOrDefault(name, List.of());
    }

    /** What a backslash and a letter stand for; no ranges when that is no class. */
    static CharSet ofLetter(int letter) {
        boolean negated = letter == 'D' || letter == 'S' || letter == 'W';
        return new CharSet(
                negated,
                switch (letter) {
                    case 'd', 'D' -> ranges("09");
                    case 's', 'S' -> ranges("\t\n\f\r  ");
                    case 'w', 'W' -> ranges("09AZ__az");
                    default -> List.of();
                });
    }

    /** The characters that this set does not have, if it is negated, as ranges. */
    List<Range> expanded() {
        if (!negated) {
            return ranges;
        }
        List<Range> gaps = new ArrayList<>();
        int next = 0;
        for (Range range : ranges) {
            if (range.from() > next) {
                gaps.add(new Range(next, range.from() - 1));
            }
            next = range.to() + 1;
        }
        gaps.add(new Range(next, Character.MAX_CODE_POINT));
        return gaps;
    }

    private static List<Range> ranges(String ends) {
        List<Range> ranges = new ArrayList<>();
        for (int i = 0; i < ends.length(); i += 2) {
            ranges.add(new Range(ends.charAt(i), ends.charAt(i + 1)));
        }
        return ranges;
    }
}
