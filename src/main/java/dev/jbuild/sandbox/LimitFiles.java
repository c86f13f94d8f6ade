package dev.jbuild.sandbox;

import dev.jbuild.sandbox.IoLimits.DeviceRate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Limits as the files of control groups spell them: by controller, then by file, in the order to be written. Each line of a
 * text is written by itself, for that is how the kernel takes them.
 */
final class LimitFiles {
    /** Stands for the one of {@link #weightFiles} that there is. */
    static final String WEIGHT = "weight of disks";

    /** Version 2 has no such file, and so can't do it. */
    private static final String OOM_CONTROL = "memory.oom_control";

    private final Map<String, Map<String, String>> files = new TreeMap<>();

    private LimitFiles() {}

    /** For a hierarchy of version 2. */
    static Map<String, Map<String, String>> unified(Limits limits, List<DeviceRate> rates) {
        LimitFiles all = new LimitFiles();
        limits.memory().ifPresent(bytes -> all.put("memory", "memory.max", bytes));
        limits.memorySwap()
                .ifPresent(bytes -> all.put(
                        "memory",
                        "memory.swap.max",
                        bytes < 0 ? "max" : bytes - limits.memory().orElse(0)));
        limits.cpuShares().ifPresent(shares -> all.put("cpu", "cpu.weight", weight(shares)));
        if (limits.cpuQuota().isPresent() || limits.cpuPeriod().isPresent()) {
            String quota = text(limits.cpuQuota(), "max");
            all.put("cpu", "cpu.max", quota + " " + text(limits.cpuPeriod(), "100000"));
        }
        limits.cpusetCpus().ifPresent(cpus -> all.put("cpuset", "cpuset.cpus", cpus));
        limits.cpusetMems().ifPresent(mems -> all.put("cpuset", "cpuset.mems", mems));
        limits.pids().ifPresent(most -> all.put("pids", "pids.max", most));
        limits.memoryReservation().ifPresent(bytes -> all.put("memory", "memory.low", bytes));
        if (limits.oomKillDisable()) {
            all.put("memory", OOM_CONTROL, 1);
        }
        limits.io().weight().ifPresent(weight -> all.put("io", WEIGHT, weight));
        Map<String, String> devices = new LinkedHashMap<>();
        for (DeviceRate rate : rates) {
            devices.merge(rate.device(), rate.kind().key + "=" + rate.rate(), (one, other) -> one + " " + other);
        }
        devices.forEach((device, text) -> all.addLine("io", "io.max", device + " " + text));
        return all.files;
    }

    /** For hierarchies of version 1. */
    static Map<String, Map<String, String>> legacy(Limits limits, List<DeviceRate> rates) {
        LimitFiles all = new LimitFiles();
        limits.memory().ifPresent(bytes -> all.put("memory", "memory.limit_in_bytes", bytes));
        limits.memorySwap().ifPresent(bytes -> all.put("memory", "memory.memsw.limit_in_bytes", bytes));
        limits.cpuShares().ifPresent(shares -> all.put("cpu", "cpu.shares", shares));
        limits.cpuPeriod().ifPresent(micros -> all.put("cpu", "cpu.cfs_period_us", micros));
        limits.cpuQuota().ifPresent(micros -> all.put("cpu", "cpu.cfs_quota_us", micros));
        limits.cpusetCpus().ifPresent(cpus -> all.put("cpuset", "cpuset.cpus", cpus));
        limits.cpusetMems().ifPresent(mems -> all.put("cpuset", "cpuset.mems", mems));
        limits.pids().ifPresent(most -> all.put("pids", "pids.max", most));
        limits.memoryReservation().ifPresent(bytes -> all.put("memory", "memory.soft_limit_in_bytes", bytes));
        if (limits.oomKillDisable()) {
            all.put("memory", OOM_CONTROL, 1);
        }
        limits.io().weight().ifPresent(weight -> all.put("blkio", WEIGHT, weight));
        rates.forEach(rate -> all.addLine("blkio", rate.kind().file, rate.device() + " " + rate.rate()));
        return all.files;
    }

    /** The files that a weight of disks can be written to, the best first, and how it is written there. */
    static Map<String, String> weightFiles(long weight) {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("io.bfq.weight", Long.toString(weight));
        files.put("io.weight", Long.toString(1 + (weight - 10) * 9999 / 990));
        files.put("blkio.weight", Long.toString(weight));
        files.put("blkio.bfq.weight", Long.toString(weight));
        return files;
    }

    private void addLine(String controller, String file, String line) {
        files.computeIfAbsent(controller, name -> new LinkedHashMap<>())
                .merge(file, line, (text, more) -> text + "\n" + more);
    }

    private void put(String controller, String file, Object value) {
        files.computeIfAbsent(controller, name -> new LinkedHashMap<>()).put(file, value.toString());
    }

    private static String text(OptionalLong value, String otherwise) {
        return value.isPresent() ? Long.toString(value.getAsLong()) : otherwise;
    }

    /** As the OCI runtimes convert them: 2 to 1, 1024 to 100, 262144 to 10000. */
    static long weight(long shares) {
        if (shares <= 2) {
            return 1;
        }
        if (shares >= 262_144) {
            return 10_000;
        }
        double log = Math.log((double) shares) / Math.log(2);
        double exponent = (log * log + 125 * log) / 612 - 7.0 / 34;
        return (long) Math.ceil(Math.pow(10, exponent) - 1e-9);
    }
}
