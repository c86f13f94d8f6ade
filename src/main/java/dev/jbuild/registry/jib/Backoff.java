package dev.jbuild.registry.jib;

import dev.jbuild.registry.RegistryOverrides;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How often and after how long a failed call is tried again.
 *
 * @param attempts how often in all
 * @param first the pause before the second attempt, doubled for each further one
 * @param longest no pause is longer, whatever the registry asks for
 */
record Backoff(int attempts, Duration first, Duration longest) {
    static final Backoff USUAL = new Backoff(6, Duration.ofMillis(300), Duration.ofSeconds(60));

    /** This one as a command line has it. */
    Backoff with(RegistryOverrides overrides) {
        return new Backoff(
                overrides.retries().isPresent() ? overrides.retries().getAsInt() + 1 : attempts,
                overrides.retryDelay().orElse(first),
                longest);
    }

    /**
     * The pause after an attempt that failed, counted from 1.
     *
     * @param retryAfter the {@code Retry-After} header: seconds, or a date
     */
    Duration pause(int attempt, Optional<String> retryAfter, Instant now) {
        Duration asked = retryAfter.flatMap(text -> asked(text, now)).orElse(Duration.ZERO);
        long doubled = first.toMillis() << Math.min(attempt - 1, 16);
        long jittered = doubled / 2 + ThreadLocalRandom.current().nextLong(doubled / 2 + 1);
        Duration pause = asked.toMillis() > jittered ? asked : Duration.ofMillis(jittered);
        return pause.compareTo(longest) > 0 ? longest : pause;
    }

    private static Optional<Duration> asked(String text, Instant now) {
        try {
            if (text.strip().matches("[0-9]{1,9}")) {
                return Optional.of(Duration.ofSeconds(Long.parseLong(text.strip())));
            }
            Instant when = ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return Optional.of(Duration.between(now, when));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
