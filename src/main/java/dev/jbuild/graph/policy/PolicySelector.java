package dev.jbuild.graph.policy;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Says which sources a rule is about.
 *
 * @param identifier the identifier of one source, or a pattern for many
 * @param constraints what else must hold
 */
public record PolicySelector(String identifier, Match match, List<Constraint> constraints) {
    /** A reference to a group in a template, in Go's words: {@code $1}, {@code ${1}}, {@code ${name}}; {@code $$} is a dollar. */
    private static final Pattern GROUP = Pattern.compile("\\$(?:\\$|(\\w+)|\\{(\\w+)})");

    /**
     * Checks the patterns.
     *
     * @throws IllegalArgumentException if one is none; the message says why
     */
    public PolicySelector {
        constraints = List.copyOf(constraints);
        if (match == Match.WILDCARD && identifier.contains("**")) {
            throw new IllegalArgumentException("invalid wildcard \"" + identifier + "\": it has \"**\"");
        }
        if (match == Match.REGEX) {
            compiled(identifier);
        }
    }

    /** How identifiers are compared; the number is the position. */
    public enum Match {
        /** An asterisk stands for any characters. */
        WILDCARD,
        EXACT,
        /** A regular expression that is found anywhere. */
        REGEX
    }

    /** How an attribute is compared; the number is the position. */
    public enum Condition {
        EQUAL,
        NOTEQUAL,
        /** A regular expression that is found anywhere. */
        MATCHES
    }

    /** Something that must hold for an attribute; one that isn't there is empty. */
    public record Constraint(String key, String value, Condition condition) {
        /**
         * Checks the pattern.
         *
         * @throws IllegalArgumentException if it is none; the message says why
         */
        public Constraint {
            if (condition == Condition.MATCHES) {
                compiled(value);
            }
        }

        private boolean holds(PolicySource source) {
            String actual = source.attribute(key);
            return switch (condition) {
                case EQUAL -> actual.equals(value);
                case NOTEQUAL -> !actual.equals(value);
                case MATCHES -> compiled(value).matcher(actual).find();
            };
        }
    }

    private static Pattern compiled(String expression) {
        try {
            return Pattern.compile(expression);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "invalid regular expression \"" + expression + "\": " + e.getDescription(), e);
        }
    }

    boolean selects(PolicySource source) {
        if (!constraints.stream().allMatch(constraint -> constraint.holds(source))) {
            return false;
        }
        String other = source.identifier();
        return identifier.equals(other)
                || (match != Match.EXACT && matcher(other).find());
    }

    private Matcher matcher(String other) {
        return pattern().matcher(other);
    }

    private Pattern pattern() {
        if (match == Match.REGEX) {
            return compiled(identifier);
        }
        String[] parts = identifier.split("\\*", -1);
        StringBuilder expression = new StringBuilder("\\A").append(Pattern.quote(parts[0]));
        for (int i = 1; i < parts.length; i++) {
            expression.append("(.*)").append(Pattern.quote(parts[i]));
        }
        return Pattern.compile(expression.append("\\z").toString());
    }

    /** A template filled with what the pattern's groups stand for in an identifier that is selected. */
    String format(String other, String template) {
        if (match == Match.EXACT) {
            return template;
        }
        Matcher matcher = matcher(other);
        StringBuilder out = new StringBuilder();
        while (matcher.find()) {
            matcher.appendReplacement(out, Matcher.quoteReplacement(filled(template, matcher)));
        }
        return matcher.appendTail(out).toString();
    }

    private static String filled(String template, Matcher groups) {
        return GROUP.matcher(template)
                .replaceAll(reference -> Matcher.quoteReplacement(
                        reference.group().equals("$$") ? "$" : group(groups, reference.group(1), reference.group(2))));
    }

    private static String group(Matcher groups, @Nullable String bare, @Nullable String braced) {
        String name = bare == null ? String.valueOf(braced) : bare;
        try {
            String value = name.matches("\\d{1,4}") ? numbered(groups, Integer.parseInt(name)) : groups.group(name);
            return value == null ? "" : value;
        } catch (IllegalArgumentException e) {
            // As Go has it: a group that there isn't is empty.
            return "";
        }
    }

    private static @Nullable String numbered(Matcher groups, int number) {
        return number <= groups.groupCount() ? groups.group(number) : null;
    }
}
