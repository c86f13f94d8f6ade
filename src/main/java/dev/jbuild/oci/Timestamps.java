package dev.jbuild.oci;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;

/**
 * Times as RFC 3339 writes them. Those of UTC, which nearly all are, are read and written without the formatters of the JDK,
 * which take longer to get ready than all else that is done with a configuration.
 */
public final class Timestamps {
    /** The length of 2026-11-28T09:30:00Z, and the longest that is read here. */
    private static final int SECONDS = 20;

    private static final int NANOS = 30;
    private static final String SHAPE = "dddd-dd-ddTdd:dd:dd";

    private Timestamps() {}

    /** @throws DateTimeParseException if it is no time, or has no offset from UTC */
    public static Instant parse(String text) {
        if (!isPlain(text)) {
            return OffsetDateTime.parse(text).toInstant();
        }
        try {
            return LocalDateTime.of(
                            number(text, 0, 4),
                            number(text, 5, 7),
                            number(text, 8, 10),
                            number(text, 11, 13),
                            number(text, 14, 16),
                            number(text, 17, 19),
                            nanos(text))
                    .toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw new DateTimeParseException(e.getMessage(), text, 0, e);
        }
    }

    private static boolean isPlain(String text) {
        int length = text.length();
        if (length < SECONDS || length == SECONDS + 1 || length > NANOS || text.charAt(length - 1) != 'Z') {
            return false;
        }
        for (int i = 0; i < SHAPE.length(); i++) {
            char shape = SHAPE.charAt(i);
            if (shape == 'd' ? !isDigit(text.charAt(i)) : text.charAt(i) != shape) {
                return false;
            }
        }
        for (int i = SECONDS; i < length - 1; i++) {
            if (!isDigit(text.charAt(i))) {
                return false;
            }
        }
        return length == SECONDS || text.charAt(SECONDS - 1) == '.';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static int number(String text, int from, int to) {
        int value = 0;
        for (int i = from; i < to; i++) {
            value = value * 10 + text.charAt(i) - '0';
        }
        return value;
    }

    private static int nanos(String text) {
        int digits = Math.max(0, text.length() - 1 - SECONDS);
        int value = number(text, SECONDS, SECONDS + digits);
        for (int i = digits; i < 9; i++) {
            value *= 10;
        }
        return value;
    }

    /** What {@link Instant#toString} gives: in UTC, with no, three, six or nine digits of a second. */
    public static String format(Instant time) {
        LocalDateTime utc = LocalDateTime.ofEpochSecond(time.getEpochSecond(), time.getNano(), ZoneOffset.UTC);
        if (utc.getYear() < 0 || utc.getYear() > 9999) {
            return time.toString();
        }
        String text = utc.toString();
        // A LocalDateTime leaves seconds out where there are none.
        return utc.getSecond() == 0 && utc.getNano() == 0 ? text + ":00Z" : text + "Z";
    }
}
