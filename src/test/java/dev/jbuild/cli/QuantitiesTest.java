package dev.jbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class QuantitiesTest {
    @Test
    void sizesAreDockers() {
        assertThat(Quantities.size(0)).isEqualTo("0B");
        assertThat(Quantities.size(999)).isEqualTo("999B");
        assertThat(Quantities.size(4_261_550)).isEqualTo("4.262MB");
        assertThat(Quantities.size(72_800_000)).isEqualTo("72.8MB");
        assertThat(Quantities.size(1_000_000_000)).isEqualTo("1GB");
        assertThat(Quantities.progress(1_234_567)).isEqualTo("1.23MB");
    }

    @Test
    void agesAreDockers() {
        assertThat(Quantities.ago(Duration.ofMillis(10))).isEqualTo("Less than a second ago");
        assertThat(Quantities.ago(Duration.ofSeconds(59))).isEqualTo("59 seconds ago");
        assertThat(Quantities.ago(Duration.ofSeconds(60))).isEqualTo("About a minute ago");
        assertThat(Quantities.ago(Duration.ofMinutes(50))).isEqualTo("50 minutes ago");
        assertThat(Quantities.ago(Duration.ofMinutes(70))).isEqualTo("About an hour ago");
        assertThat(Quantities.ago(Duration.ofHours(30))).isEqualTo("30 hours ago");
        assertThat(Quantities.ago(Duration.ofDays(5))).isEqualTo("5 days ago");
        assertThat(Quantities.ago(Duration.ofDays(20))).isEqualTo("2 weeks ago");
        assertThat(Quantities.ago(Duration.ofDays(100))).isEqualTo("3 months ago");
        assertThat(Quantities.ago(Duration.ofDays(800))).isEqualTo("2 years ago");
    }
}
