package dev.jbuild.context;

import java.util.List;
import java.util.Locale;

/**
 * What an ignore file did to what was looked at of a context. A directory that is left out counts once: what is in it was
 * never looked at.
 *
 * @param file what the ignore file is called: its path in the context, or else on this machine
 * @param rules in the order of the file
 */
public record IgnoreReport(String file, List<Rule> rules) {
    public IgnoreReport {
        rules = List.copyOf(rules);
    }

    /**
     * A line of the file.
     *
     * @param pattern cleaned
     * @param count how many files and directories it decided about: those it left out, or for an exception those it took
     *     back
     */
    public record Rule(String pattern, long count) {
        public boolean isException() {
            return pattern.startsWith("!");
        }
    }

    /** What each rule did, a line each. */
    public List<String> lines() {
        return rules.stream()
                .map(rule -> String.format(
                        Locale.ROOT, "%6d %s%s", rule.count(), rule.pattern(), rule.isException() ? " (kept)" : ""))
                .toList();
    }

    /** How many files and directories were left out. */
    public long leftOut() {
        return rules.stream()
                .filter(rule -> !rule.isException())
                .mapToLong(Rule::count)
                .sum();
    }
}
