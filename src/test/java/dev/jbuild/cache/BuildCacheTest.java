package dev.jbuild.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.store.CacheRecords;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BuildCacheTest {
    private final Map<Digest, CacheRecords.CacheRecord> records = new HashMap<>();
    private final BuildCache cache = new BuildCache(new CacheRecords() {
        @Override
        public Optional<CacheRecord> find(Digest key) {
            return Optional.ofNullable(records.get(key));
        }

        @Override
        public Optional<CacheRecord> peek(Digest key) {
            return find(key);
        }

        @Override
        public void put(CacheRecord entry) {
            records.put(entry.key(), entry);
        }
    });
    private final CacheKey key = CacheKey.of("run", 1).build();

    @Test
    void whatWasRecordedIsFound() throws Exception {
        DiffId layer = new DiffId(Digest.sha256(new byte[] {1}));
        cache.record(key, new BuildCache.StepRecord(Optional.of(layer), Instant.EPOCH));
        assertThat(cache.find(key)).contains(new BuildCache.StepRecord(Optional.of(layer), Instant.EPOCH));
        assertThat(records.get(key.digest()).layers()).isEqualTo(List.of(layer));
    }

    @Test
    void aStepWithoutALayerIsAResultToo() throws Exception {
        cache.record(key, new BuildCache.StepRecord(Optional.empty(), Instant.EPOCH));
        assertThat(cache.find(key)).contains(new BuildCache.StepRecord(Optional.empty(), Instant.EPOCH));
    }

    @Test
    void aRecordThatCannotBeReadIsAMiss() throws Exception {
        records.put(key.digest(), new CacheRecords.CacheRecord(key.digest(), "{", List.of(), List.of()));
        assertThat(cache.find(key)).isEmpty();
    }
}
