package dev.jbuild.sandbox;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a process and its descendants may use together, enforced by a control group. What is absent is not limited.
 *
 * @param memory in bytes
 * @param memorySwap memory and swap together, in bytes; -1 for as much swap as there is
 * @param cpuShares weight among others who want the processors; 1024 is the usual one
 * @param cpuPeriod microseconds in which {@code cpuQuota} may be used up; 100,000 when absent
 * @param cpuQuota microseconds of processor time in each period
 * @param cpusetCpus the processors to run on, such as {@code 0-2,4}
 * @param cpusetMems the memory nodes to use
 * @param pids processes and threads at a time
 * @param memoryReservation bytes of memory that are not taken away when memory is short
 * @param oomKillDisable whether processes that reach their limit of memory wait in place of being killed
 * @param io of disks
 */
public record Limits(
        OptionalLong memory,
        OptionalLong memorySwap,
        OptionalLong cpuShares,
        OptionalLong cpuPeriod,
        OptionalLong cpuQuota,
        Optional<String> cpusetCpus,
        Optional<String> cpusetMems,
        OptionalLong pids,
        OptionalLong memoryReservation,
        boolean oomKillDisable,
        IoLimits io) {
    private static final long PERIOD = 100_000;

    /** No limit at all. */
    public static final Limits NONE = new Limits(
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            Optional.empty(),
            Optional.empty(),
            OptionalLong.empty());

    /** Limits of memory, processors and processes alone. */
    public Limits(
            OptionalLong memory,
            OptionalLong memorySwap,
            OptionalLong cpuShares,
            OptionalLong cpuPeriod,
            OptionalLong cpuQuota,
            Optional<String> cpusetCpus,
            Optional<String> cpusetMems,
            OptionalLong pids) {
        this(
                memory,
                memorySwap,
                cpuShares,
                cpuPeriod,
                cpuQuota,
                cpusetCpus,
                cpusetMems,
                pids,
                OptionalLong.empty(),
                false,
                IoLimits.NONE);
    }

    /** These limits and those of disks. */
    public Limits withIo(IoLimits others) {
        return new Limits(
                memory,
                memorySwap,
                cpuShares,
                cpuPeriod,
                cpuQuota,
                cpusetCpus,
                cpusetMems,
                pids,
                memoryReservation,
                oomKillDisable,
                others);
    }

    /** These limits with what is said of memory that is short. */
    public Limits withShortMemory(OptionalLong reservation, boolean noKill) {
        return new Limits(
                memory,
                memorySwap,
                cpuShares,
                cpuPeriod,
                cpuQuota,
                cpusetCpus,
                cpusetMems,
                pids,
                reservation,
                noKill,
                io);
    }

    /** These limits with another one of memory; swap is no longer limited by the old one. */
    public Limits withMemory(long bytes) {
        return new Limits(
                OptionalLong.of(bytes),
                OptionalLong.empty(),
                cpuShares,
                cpuPeriod,
                cpuQuota,
                cpusetCpus,
                cpusetMems,
                pids,
                memoryReservation,
                oomKillDisable,
                io);
    }

    /** These limits with another one of processor time: a billionth of a processor is 1. */
    public Limits withCpus(long nanos) {
        return new Limits(
                memory,
                memorySwap,
                cpuShares,
                OptionalLong.of(PERIOD),
                OptionalLong.of(Math.max(1000, nanos * PERIOD / 1_000_000_000)),
                cpusetCpus,
                cpusetMems,
                pids,
                memoryReservation,
                oomKillDisable,
                io);
    }
}
