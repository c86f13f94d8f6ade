package dev.jbuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.sandbox.IoLimits.DeviceRate;
import java.util.List;
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
        assertThat(LimitFiles.unified(ALL, List.of()))
                .isEqualTo(Map.of(
                        "memory", Map.of("memory.max", "100", "memory.swap.max", "50"),
                        "cpu", Map.of("cpu.weight", "100", "cpu.max", "25000 50000"),
                        "cpuset", Map.of("cpuset.cpus", "0-1", "cpuset.mems", "0"),
                        "pids", Map.of("pids.max", "20")));
    }

    @Test
    void legacyHierarchiesCountItWithMemory() {
        assertThat(LimitFiles.legacy(ALL, List.of()))
                .isEqualTo(Map.of(
                        "memory", Map.of("memory.limit_in_bytes", "100", "memory.memsw.limit_in_bytes", "150"),
                        "cpu",
                                Map.of(
                                        "cpu.shares", "1024",
                                        "cpu.cfs_period_us", "50000",
                                        "cpu.cfs_quota_us", "25000"),
                        "cpuset", Map.of("cpuset.cpus", "0-1", "cpuset.mems", "0"),
                        "pids", Map.of("pids.max", "20")));
        assertThat(LimitFiles.legacy(ALL, List.of()).get("memory")).containsKeys("memory.limit_in_bytes");
        assertThat(LimitFiles.legacy(ALL, List.of())
                        .get("memory")
                        .keySet()
                        .iterator()
                        .next())
                .as("memory and swap can't be less than memory, so that comes first")
                .isEqualTo("memory.limit_in_bytes");
    }

    @Test
    void noLimitsAreNoFiles() {
        assertThat(LimitFiles.unified(Limits.NONE, List.of())).isEmpty();
        assertThat(LimitFiles.legacy(Limits.NONE, List.of())).isEmpty();
        Limits swap = new Limits(
                OptionalLong.of(1),
                OptionalLong.of(-1),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty());
        assertThat(LimitFiles.unified(swap, List.of()))
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
        assertThat(LimitFiles.unified(limits, List.of())).isEqualTo(Map.of("cpu", Map.of("cpu.max", "150000 100000")));
    }

    private static final Limits IO = Limits.NONE
            .withIo(new IoLimits(OptionalLong.of(500), List.of()))
            .withShortMemory(OptionalLong.of(64), false);
    private static final List<DeviceRate> RATES = List.of(
            new DeviceRate(IoLimits.Kind.READ_BYTES, "8:0", 1000),
            new DeviceRate(IoLimits.Kind.READ_BYTES, "8:16", 2000),
            new DeviceRate(IoLimits.Kind.WRITE_OPERATIONS, "8:0", 30));

    @Test
    void unifiedHierarchiesSayAllOfADiskInALine() {
        assertThat(LimitFiles.unified(IO, RATES))
                .isEqualTo(Map.of(
                        "memory", Map.of("memory.low", "64"),
                        "io", Map.of(LimitFiles.WEIGHT, "500", "io.max", "8:0 rbps=1000 wiops=30\n8:16 rbps=2000")));
    }

    @Test
    void legacyHierarchiesHaveAFileForEachKindOfRate() {
        assertThat(LimitFiles.legacy(IO, RATES))
                .isEqualTo(Map.of(
                        "memory", Map.of("memory.soft_limit_in_bytes", "64"),
                        "blkio",
                                Map.of(
                                        LimitFiles.WEIGHT,
                                        "500",
                                        "blkio.throttle.read_bps_device",
                                        "8:0 1000\n8:16 2000",
                                        "blkio.throttle.write_iops_device",
                                        "8:0 30")));
    }

    @ParameterizedTest
    @CsvSource({"10, 1", "500, 4950", "1000, 10000"})
    void weightsOfDisksAreConvertedAsTheOciRuntimesDo(long weight, String converted) {
        assertThat(LimitFiles.weightFiles(weight))
                .containsEntry("io.bfq.weight", Long.toString(weight))
                .containsEntry("io.weight", converted)
                .containsEntry("blkio.bfq.weight", Long.toString(weight));
    }
}
