package dev.jbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.problem.UsageError;
import dev.jbuild.store.CacheItem;
import dev.jbuild.store.CacheType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PruneFiltersTest {
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final CacheItem STEP = new CacheItem(
            "sha256:0123456789",
            CacheType.REGULAR,
            "[2/3] RUN go build",
            NOW,
            NOW.minus(Duration.ofHours(48)),
            0,
            Duration.ZERO,
            1,
            false,
            false);

    private static boolean matches(String... filters) throws UsageError {
        return PruneFilters.parse(List.of(filters), NOW).test(STEP);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "until=24h",
                "until=1d",
                "until=2026-01-30T00:00:00Z",
                "until=2026-01-31",
                "until=1769800000",
                "id=0123",
                "id==sha256:0123456789",
                "id~=^sha256:01",
                "type=regular",
                "type==regular",
                "type!=exec.cachemount",
                "type~=reg",
                "description~=go build$",
                "description=[2/3] RUN go build",
                "inuse=false",
                "inuse!=true",
                "private",
                "immutable=true",
                "shared=0",
                "type=regular,until=1h",
                "description!=other",
            })
    void matching(String filter) throws Exception {
        assertThat(matches(filter)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "until=72h",
                "until=3d",
                "until=2026-01-01",
                "id=012",
                "id=9999",
                "type=source.local",
                "type!=regular",
                "description~=cargo",
                "description=RUN",
                "inuse",
                "shared",
                "mutable",
                "type=regular,until=3d",
            })
    void notMatching(String filter) throws Exception {
        assertThat(matches(filter)).isFalse();
    }

    @Test
    void oneFieldMayHaveSeveralValuesAndAllFieldsMustFit() throws Exception {
        assertThat(matches("type=regular", "type=source.local")).isTrue();
        assertThat(matches("type=regular", "inuse")).isFalse();
        assertThat(matches("type!=regular", "type!=source.local")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "until",
                "until=soon",
                "until=-1h",
                "label=a=b",
                "type=layer",
                "description~=(",
                "inuse=maybe",
                "=x",
            })
    void whatIsNoFilterIsRefused(String filter) {
        assertThatThrownBy(() -> matches(filter)).isInstanceOf(UsageError.class).hasMessageContaining("--filter");
    }

    @Test
    void amountsOfSpace() throws Exception {
        assertThat(SpaceAmounts.parse("--x", "10%").of(1000)).isEqualTo(100);
        assertThat(SpaceAmounts.parse("--x", "2kB").of(1000)).isEqualTo(2048);
        assertThat(SpaceAmounts.parse("--x", "7").of(1000)).isEqualTo(7);
        assertThatThrownBy(() -> SpaceAmounts.parse("--x", "lots")).isInstanceOf(UsageError.class);
        assertThatThrownBy(() -> SpaceAmounts.parse("--x", "120%")).isInstanceOf(UsageError.class);
    }
}
