package dev.jbuild.buildfile;

import dev.jbuild.problem.UserError;
import java.util.ArrayList;
import java.util.List;

/**
 * The value of a {@code # check=} directive: which lint rules count.
 *
 * @param skip rules not to check
 * @param failOnWarning whether a warning fails the build
 * @param experimental experimental rules to check
 */
public record CheckOptions(
        boolean skipAll, List<String> skip, boolean failOnWarning, boolean experimentalAll, List<String> experimental) {
    /** All rules but the experimental ones. */
    public static final CheckOptions DEFAULT = new CheckOptions(false, List.of(), false, false, List.of());

    public CheckOptions {
        skip = List.copyOf(skip);
        experimental = List.copyOf(experimental);
    }

    /** Reads {@code skip=…;error=…;experimental=…}. */
    public static CheckOptions parse(String text) throws UserError {
        CheckOptions options = DEFAULT;
        String trimmed = Text.trim(text);
        if (trimmed.isEmpty()) {
            return options;
        }
        for (String part : trimmed.split(";", 3)) {
            options = options.with(part);
        }
        return options;
    }

    /** These options and others, which apply to one instruction. */
    CheckOptions plus(CheckOptions other) {
        List<String> skipped = new ArrayList<>(skip);
        skipped.addAll(other.skip());
        List<String> tried = new ArrayList<>(experimental);
        tried.addAll(other.experimental());
        return new CheckOptions(
                skipAll || other.skipAll(), skipped, failOnWarning, experimentalAll || other.experimentalAll(), tried);
    }

    private CheckOptions with(String part) throws UserError {
        int equals = part.indexOf('=');
        if (equals < 0) {
            throw new UserError("invalid check option " + Text.quote(part));
        }
        String key = Text.trim(part.substring(0, equals));
        String value = Text.trim(part.substring(equals + 1));
        boolean all = value.equals("all");
        return switch (key) {
            case "skip" ->
                new CheckOptions(
                        skipAll || all, all ? skip : rules(value), failOnWarning, experimentalAll, experimental);
            case "experimental" ->
                new CheckOptions(
                        skipAll, skip, failOnWarning, experimentalAll || all, all ? experimental : rules(value));
            case "error" -> new CheckOptions(skipAll, skip, bool(part, value), experimentalAll, experimental);
            default -> throw new UserError("invalid check option " + Text.quote(key));
        };
    }

    private static List<String> rules(String value) {
        List<String> rules = new ArrayList<>();
        for (String rule : value.split(",", -1)) {
            rules.add(Text.trim(rule));
        }
        return rules;
    }

    private static boolean bool(String part, String value) throws UserError {
        return Text.parseBoolean(value)
                .orElseThrow(() -> new UserError("failed to parse check option " + Text.quote(part)
                        + ": strconv.ParseBool: parsing " + Text.quote(value) + ": invalid syntax"));
    }
}
