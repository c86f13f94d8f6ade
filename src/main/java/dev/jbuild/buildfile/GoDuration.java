package dev.jbuild.buildfile;

import dev.jbuild.problem.UserError;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as HEALTHCHECK has them, such as {@code 1h30m} or {@code 1.5s}. */
public final class GoDuration {
    private static final Map<String, Long> UNITS = Map.of(
            "ns", 1L,
            "us", 1_000L,
            "µs", 1_000L,
            "μs", 1_000L,
            "ms", 1_000_000L,
            "s", 1_000_000_000L,
            "m", 60_000_000_000L,
            "h", 3_600_000_000_000L);
    private static final Pattern PART = Pattern.compile("([0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)([^0-9.]*)");
    private static final Duration LEAST = Duration.ofMillis(1);
    /** More digits than these cannot make a difference, or make it too long. */
    private static final int LONGEST = 64;

    private GoDuration() {}

    /** A flag's value: zero where not given, otherwise at least a millisecond. */
    static Duration interval(String flag, Optional<String> value) throws UserError {
        if (value.isEmpty()) {
            return Duration.ZERO;
        }
        Duration duration = parse(value.get());
        if (!duration.isZero() && duration.compareTo(LEAST) < 0) {
            throw new UserError("Interval " + Text.quote(flag) + " cannot be less than 1ms");
        }
        return duration;
    }

    /**
     * Any duration, which may be negative.
     *
     * @throws UserError if it is none
     */
    public static Duration parse(String text) throws UserError {
        boolean signed = text.startsWith("-") || text.startsWith("+");
        String rest = signed ? text.substring(1) : text;
        if (rest.equals("0")) {
            return Duration.ZERO;
        }
        if (rest.isEmpty() || rest.length() > LONGEST) {
            throw invalid(text);
        }
        BigDecimal nanos = BigDecimal.ZERO;
        Matcher part = PART.matcher(rest);
        int end = 0;
        while (end < rest.length()) {
            if (!part.find(end) || part.start() != end) {
                throw invalid(text);
            }
            nanos = nanos.add(new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(unit(part.group(2), text))));
            end = part.end();
        }
        if (nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw invalid(text);
        }
        long whole = nanos.setScale(0, RoundingMode.DOWN).longValue();
        return Duration.ofNanos(text.startsWith("-") ? -whole : whole);
    }

    private static long unit(String unit, String text) throws UserError {
        if (unit.isEmpty()) {
            throw new UserError("time: missing unit in duration " + Text.quote(text));
        }
        Long nanos = UNITS.get(unit);
        if (nanos == null) {
            throw new UserError("time: unknown unit " + Text.quote(unit) + " in duration " + Text.quote(text));
        }
        return nanos;
    }

    private static UserError invalid(String text) {
        return new UserError("time: invalid duration " + Text.quote(text));
    }
}
