package dev.jbuild.cli;

import dev.jbuild.buildfile.GoDuration;
import dev.jbuild.problem.UsageError;
import dev.jbuild.problem.UserError;
import dev.jbuild.store.CacheItem;
import dev.jbuild.store.CacheType;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * What {@code --filter} says of cached things: {@code FIELD}, {@code FIELD=VALUE}, {@code ==}, {@code !=} or {@code ~=} with a
 * pattern, several with commas between them. Filters of one field let through what one of them does; all fields must.
 */
final class PruneFilters {
    private static final Pattern FILTER = Pattern.compile("([a-z]+)(?:(==|!=|~=|=)(.*))?");
    private static final int SHORTEST_ID = 4;

    private PruneFilters() {}

    static Predicate<CacheItem> parse(List<String> filters, Instant now) throws UsageError {
        Map<String, Predicate<CacheItem>> byField = new LinkedHashMap<>();
        for (String filter : filters) {
            for (String one : filter.split(",(?=[a-z]+(?:[=!~]|$|,))", -1)) {
                Matcher matcher = FILTER.matcher(one.strip());
                if (!matcher.matches()) {
                    throw new UsageError("--filter " + one + ": not a filter", "write FIELD=VALUE, such as until=24h");
                }
                String operator = Optional.ofNullable(matcher.group(2)).orElse("=");
                Condition condition = new Condition(
                        matcher.group(1),
                        operator,
                        Optional.ofNullable(matcher.group(3)).orElse("true"),
                        now);
                String together = operator.equals("!=") ? one : matcher.group(1);
                byField.merge(together, condition.predicate(), Predicate::or);
            }
        }
        return byField.values().stream().reduce(item -> true, Predicate::and);
    }

    private record Condition(String field, String operator, String value, Instant now) {
        Predicate<CacheItem> predicate() throws UsageError {
            Predicate<CacheItem> matching = switch (field) {
                case "until" -> until();
                case "id" -> operator.equals("~=") ? pattern(CacheItem::id) : this::hasId;
                case "type" -> type();
                case "description" ->
                    operator.equals("~=")
                            ? pattern(CacheItem::description)
                            : item -> item.description().equals(value);
                case "inuse" -> truth(CacheItem::inUse);
                case "shared" -> truth(CacheItem::shared);
                case "private" -> truth(item -> !item.shared());
                case "mutable" -> truth(Condition::isMutable);
                case "immutable" -> truth(item -> !isMutable(item));
                default ->
                    throw new UsageError(
                            "--filter " + field + ": cached things have no such field",
                            "there are until, id, type, description, inuse, shared, private, mutable and immutable");
            };
            return operator.equals("!=") ? matching.negate() : matching;
        }

        private static boolean isMutable(CacheItem item) {
            return item.type() == CacheType.CACHE_MOUNT || item.type() == CacheType.SOURCE_GIT;
        }

        private boolean hasId(CacheItem item) {
            String hex = item.id().substring(item.id().indexOf(':') + 1);
            return item.id().equals(value) || (value.length() >= SHORTEST_ID && hex.startsWith(value));
        }

        private Predicate<CacheItem> type() throws UsageError {
            if (operator.equals("~=")) {
                return pattern(item -> item.type().toString());
            }
            CacheType wanted = Arrays.stream(CacheType.values())
                    .filter(type -> type.toString().equals(value))
                    .findFirst()
                    .orElseThrow(() -> new UsageError(
                            "--filter type=" + value + ": there is no such type",
                            "there are "
                                    + String.join(
                                            ", ",
                                            Arrays.stream(CacheType.values())
                                                    .map(CacheType::toString)
                                                    .toList())));
            return item -> item.type() == wanted;
        }

        private Predicate<CacheItem> truth(Predicate<CacheItem> fact) throws UsageError {
            return switch (value) {
                case "true", "1" -> fact;
                case "false", "0" -> fact.negate();
                default -> throw new UsageError("--filter " + field + "=" + value + ": is it true or false?");
            };
        }

        private interface Text {
            String of(CacheItem item);
        }

        private Predicate<CacheItem> pattern(Text text) throws UsageError {
            try {
                Pattern pattern = Pattern.compile(value);
                return item -> pattern.matcher(text.of(item)).find();
            } catch (PatternSyntaxException e) {
                throw new UsageError("--filter " + field + "~=" + value + ": " + e.getDescription());
            }
        }

        /** What wasn't used since then. */
        private Predicate<CacheItem> until() throws UsageError {
            Instant then = time(value)
                    .orElseThrow(() -> new UsageError(
                            "--filter until=" + value + ": neither a duration nor a time",
                            "write 24h, 10m, 7d, 2026-01-31 or 2026-01-31T12:00:00Z"));
            return item -> item.used().isBefore(then);
        }

        private Optional<Instant> time(String text) {
            Optional<Duration> duration = duration(text);
            if (duration.isPresent()) {
                return Optional.of(now.minus(duration.get()));
            }
            try {
                if (text.matches("[0-9]{9,}(\\.[0-9]+)?")) {
                    return Optional.of(Instant.ofEpochMilli((long) (Double.parseDouble(text) * 1000)));
                }
                if (text.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}")) {
                    return Optional.of(LocalDate.parse(text)
                            .atStartOfDay(ZoneId.systemDefault())
                            .toInstant());
                }
                return Optional.of(
                        text.matches(".*(Z|[+-][0-9]{2}:[0-9]{2})")
                                ? OffsetDateTime.parse(text).toInstant()
                                : LocalDateTime.parse(text)
                                        .atZone(ZoneId.systemDefault())
                                        .toInstant());
            } catch (DateTimeException e) {
                return Optional.empty();
            }
        }
    }

    /** As {@link #duration}, of what must be one. */
    static Duration requiredDuration(String option, String text) throws UsageError {
        return duration(text)
                .orElseThrow(() ->
                        new UsageError(option + ": \"" + text + "\" is no duration", "write 24h, 1h30m, 7d or 2w"));
    }

    /** As Go writes them, and whole days and weeks: {@code 1h30m}, {@code 7d}, {@code 2w}. */
    static Optional<Duration> duration(String text) {
        Matcher days = Pattern.compile("([0-9]{1,5})([dw])").matcher(text);
        if (days.matches()) {
            return Optional.of(Duration.ofDays(
                    Long.parseLong(days.group(1)) * (days.group(2).equals("w") ? 7 : 1)));
        }
        try {
            return Optional.of(GoDuration.parse(text)).filter(duration -> !duration.isNegative());
        } catch (UserError e) {
            return Optional.empty();
        }
    }
}
