package dev.jbuild.sandbox;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What every container gets, as Docker and BuildKit give it: file systems, devices, masks and capabilities. */
final class ContainerDefaults {
    private static final Path UNIFIED_CGROUPS = Path.of("/sys/fs/cgroup/cgroup.controllers");

    private static final long SHARED_MEMORY = 64 << 20;
    private static final int LOOP_MAJOR = 7;
    /** For those that a step makes itself. */
    private static final int SPARE_LOOPS = 8;

    private static final List<String> MASKED = List.of(
            "/proc/acpi",
            "/proc/asound",
            "/proc/interrupts",
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/sched_debug",
            "/proc/scsi",
            "/proc/timer_list",
            "/proc/timer_stats",
            "/sys/devices/virtual/powercap",
            "/sys/firmware");

    private static final List<String> READ_ONLY =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    private ContainerDefaults() {}

    /**
     * @param confinement of the process; an insecure one may change what the file systems show of the kernel
     * @param legacy its control groups of version 1
     */
    static void addFileSystems(OpList ops, Confinement confinement, List<StepCgroup.Legacy> legacy) {
        String access = confinement.insecure() ? "rw" : "ro";
        ops.op("mount", "proc", "/proc", "nosuid,nodev,noexec", "");
        ops.op("mount", "tmpfs", "/dev", "nosuid,strictatime", "mode=755,size=65536k");
        addDevices(ops);
        ops.op("mount", "devpts", "/dev/pts", "nosuid,noexec", "newinstance,ptmxmode=0666,mode=0620,gid=5");
        long sharedMemory = confinement.sharedMemory().orElse(SHARED_MEMORY) / 1024;
        ops.op("mount", "tmpfs", "/dev/shm", "nosuid,nodev,noexec", "mode=1777,size=" + sharedMemory + "k");
        ops.op("mount", "mqueue", "/dev/mqueue", "nosuid,nodev,noexec,optional", "");
        ops.op("mount", "sysfs", "/sys", "nosuid,nodev,noexec," + access, "");
        if (Files.exists(UNIFIED_CGROUPS)) {
            ops.op("mount", "cgroup2", "/sys/fs/cgroup", "nosuid,nodev,noexec,optional," + access, "");
        } else if (!legacy.isEmpty()) {
            addLegacyCgroups(ops, legacy, access);
        }
    }

    private static void addLegacyCgroups(OpList ops, List<StepCgroup.Legacy> legacy, String access) {
        ops.op("mount", "tmpfs", "/sys/fs/cgroup", "nosuid,nodev,noexec", "mode=755");
        for (StepCgroup.Legacy group : legacy) {
            String target = "/sys/fs/cgroup/" + group.controllers();
            ops.op("mount", "cgroup", target, "nosuid,nodev,noexec," + access, group.controllers());
        }
        if (access.equals("ro")) {
            ops.op("read-only", "/sys/fs/cgroup");
        }
    }

    private static void addDevices(OpList ops) {
        addDevice(ops, "null", 1, 3);
        addDevice(ops, "zero", 1, 5);
        addDevice(ops, "full", 1, 7);
        addDevice(ops, "random", 1, 8);
        addDevice(ops, "urandom", 1, 9);
        addDevice(ops, "tty", 5, 0);
        ops.op("link", "/proc/self/fd", "/dev/fd");
        ops.op("link", "/proc/self/fd/0", "/dev/stdin");
        ops.op("link", "/proc/self/fd/1", "/dev/stdout");
        ops.op("link", "/proc/self/fd/2", "/dev/stderr");
        ops.op("link", "pts/ptmx", "/dev/ptmx");
        if (Files.exists(Path.of("/proc/kcore"))) {
            ops.op("link", "/proc/kcore", "/dev/core");
        }
    }

    private static void addDevice(OpList ops, String name, int major, int minor) {
        ops.op("node", "/dev/" + name, "20666", major, minor);
    }

    /** The devices that BuildKit gives to insecure steps. */
    static void addInsecureDevices(OpList ops) {
        addDevice(ops, "kmsg", 1, 11);
        addDevice(ops, "cuse", 10, 203);
        addDevice(ops, "fuse", 10, 229);
        addDevice(ops, "kvm", 10, 232);
        addDevice(ops, "net/tun", 10, 200);
        addDevice(ops, "loop-control", 10, 237);
        for (int i = 0; i < loopDevices() + SPARE_LOOPS; i++) {
            ops.op("node", "/dev/loop" + i, "60660", LOOP_MAJOR, i);
        }
    }

    private static int loopDevices() {
        int count = 0;
        while (Files.exists(Path.of("/dev/loop" + count))) {
            count++;
        }
        return count;
    }

    static void addMasks(OpList ops) {
        MASKED.forEach(path -> ops.op("mask", path));
        READ_ONLY.forEach(path -> ops.op("read-only", path));
    }
}
