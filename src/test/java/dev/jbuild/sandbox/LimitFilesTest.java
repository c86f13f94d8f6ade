package dev.jbuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitFilesTest {
    private static final Limits ALL = new Limits(
            OptionalLong.of(100),
            OptionalLong.of(150),
            OptionalLong.of(1024),
            OptionalLong.of(50_000),
            OptionalLong.of(25_000),
            Optional.of("0-1"),
            Optional.of("0"),
            OptionalLong.of(20));

    @Test
    void unifiedHierarchiesCountSwapAlone() {
        assertThat(LimitFiles.unified(ALL))
                .isEqualTo(Map.of(
                        "memory", Map.of("memory.max", "100", "memory.swap.max", "50"),
                        "cpu", Map.of("cpu.weight", "100", "cpu.max", "25000 50000"),
                        "cpuset", Map.of("cpuset.cpus", "0-1", "cpuset.mems", "0"),
                        "pids", Map.of("pids.max", "20")));
    }

    @Test
    void legacyHierarchiesCountItWithMemory() {
        assertThat(LimitFiles.legacy(ALL))
                .isEqualTo(Map.of(
                        "memory", Map.of("memory.limit_in_bytes", "100", "memory.memsw.limit_in_bytes", "150"),
                        "cpu",
                                Map.of(
                                        "cpu.shares", "1024",
                                        "cpu.cfs_period_us", "50000",
                                        "cpu.cfs_quota_us", "25000"),
                        "cpuset", Map.of("cpuset.cpus", "0-1", "cpuset.mems", "0"),
                        "pids", Map.of("pids.max", "20")));
        assertThat(LimitFiles.legacy(ALL).get("memory")).containsKeys("memory.limit_in_bytes");
        assertThat(LimitFiles.legacy(ALL).get("memory").keySet().iterator().next())
                .as("memory and swap can't be less than memory, so that comes first")
                .isEqualTo("memory.limit_in_bytes");
    }

    @Test
    void noLimitsAreNoFiles() {
        assertThat(LimitFiles.unified(Limits.NONE)).isEmpty();
        assertThat(LimitFiles.legacy(Limits.NONE)).isEmpty();
        Limits swap = new Limits(
                OptionalLong.of(1),
                OptionalLong.of(-1),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty());
        assertThat(LimitFiles.unified(swap))
                .containsEntry("memory", Map.of("memory.max", "1", "memory.swap.max", "max"));
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "2, 1", "1024, 100", "262144, 10000", "999999, 10000", "512, 59"})
    void sharesBecomeWeights(long shares, long weight) {
        assertThat(LimitFiles.weight(shares)).isEqualTo(weight);
    }

    @Test
    void processorsBecomeAQuota() {
        Limits limits = Limits.NONE.withCpus(1_500_000_000);
        assertThat(LimitFiles.unified(limits)).isEqualTo(Map.of("cpu", Map.of("cpu.max", "150000 100000")));
    }
}
