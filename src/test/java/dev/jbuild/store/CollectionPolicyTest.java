package dev.jbuild.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.store.CollectionRequest.Limits;
import dev.jbuild.store.CollectionRequest.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class CollectionPolicyTest {
    private static final long GIGABYTE = 1_000_000_000;

    private static CacheItem item(CacheType type) {
        return new CacheItem("id", type, "", Instant.EPOCH, Instant.EPOCH, 0, Duration.ZERO, 1, false, false);
    }

    @Test
    void theUsualLimitsAreThoseOfBuildKit() {
        List<Rule> small = CollectionPolicy.DEFAULT.rules(50 * GIGABYTE);
        List<Rule> large = CollectionPolicy.DEFAULT.rules(1000 * GIGABYTE);

        assertThat(small).hasSize(4);
        assertThat(small.get(1).limits())
                .isEqualTo(new Limits(
                        OptionalLong.of(40 * GIGABYTE), OptionalLong.of(5 * GIGABYTE), OptionalLong.of(10 * GIGABYTE)));
        assertThat(large.get(3).limits())
                .isEqualTo(new Limits(
                        OptionalLong.of(100 * GIGABYTE),
                        OptionalLong.of(10 * GIGABYTE),
                        OptionalLong.of(200 * GIGABYTE)));
        assertThat(small).extracting(Rule::keep).startsWith(Duration.ofDays(2), Duration.ofDays(60));
    }

    @Test
    void whatIsEasilyHadAgainGoesFirstAndWhatIsDerivedLast() {
        List<Rule> rules = CollectionPolicy.DEFAULT.rules(GIGABYTE);

        assertThat(rules.get(0).which().test(item(CacheType.CACHE_MOUNT))).isTrue();
        assertThat(rules.get(0).which().test(item(CacheType.REGULAR))).isFalse();
        assertThat(rules.get(2).which().test(item(CacheType.REGULAR))).isTrue();
        assertThat(rules.get(2).which().test(item(CacheType.INTERNAL))).isFalse();
        assertThat(rules.get(3).which().test(item(CacheType.INTERNAL))).isTrue();
    }

    @Test
    void aDiskLacksSpaceBelowItsShare() {
        assertThat(CollectionPolicy.DEFAULT.lacksSpace(1000, 199)).isTrue();
        assertThat(CollectionPolicy.DEFAULT.lacksSpace(1000, 200)).isFalse();
    }
}
