package dev.jbuild.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampsTest {
    @Property
    void areAsTheJdkWritesAndReadsThem(
            @ForAll @LongRange(min = -70_000_000_000L, max = 400_000_000_000L) long seconds,
            @ForAll @IntRange(max = 999_999_999) int nanos) {
        Instant time = Instant.ofEpochSecond(seconds, nanos);
        for (Instant rounded : new Instant[] {
            time,
            Instant.ofEpochSecond(seconds, nanos / 1000 * 1000),
            Instant.ofEpochSecond(seconds, nanos / 1_000_000 * 1_000_000),
            Instant.ofEpochSecond(seconds),
            Instant.ofEpochSecond(seconds / 60 * 60)
        }) {
            assertThat(Timestamps.format(rounded)).isEqualTo(rounded.toString());
            assertThat(Timestamps.parse(rounded.toString())).isEqualTo(rounded);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-28T09:30:00Z",
                "2026-11-28T09:30:00.1Z",
                "2026-11-28T09:30:07.12345Z",
                "2026-11-28T09:30:07.123456789Z",
                "0001-01-01T00:00:00Z",
                "2024-02-29T23:59:59.999999999Z",
                "2026-11-28T09:30Z",
                "2026-11-28T09:30:00+02:00",
                "2026-11-28T09:30:07.123456-07:30",
                "+12026-11-28T09:30:00Z"
            })
    void mayHaveAnyNumberOfDigitsAndAnyOffset(String text) {
        assertThat(Timestamps.parse(text)).isEqualTo(OffsetDateTime.parse(text).toInstant());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "yesterday",
                "2026-11-28T09:30:00",
                "2026-11-28 09:30:00Z",
                "2026-13-28T09:30:00Z",
                "2025-02-29T09:30:00Z",
                "2026-11-28T24:30:00Z",
                "2026-11-28T09:30:61Z",
                "2026-11-28T09:30:00.1234567890Z",
                "2026-11-28T09:30:00.1x3Z",
                "2026-11-28T09:30:00x123Z",
                "2026-11-28T09:3a:00Z",
                "٢٠٢٦-11-28T09:30:00Z"
            })
    void otherTextsAreRefused(String text) {
        assertThatThrownBy(() -> OffsetDateTime.parse(text)).isInstanceOf(DateTimeParseException.class);
        assertThatThrownBy(() -> Timestamps.parse(text)).isInstanceOf(DateTimeParseException.class);
    }
}
