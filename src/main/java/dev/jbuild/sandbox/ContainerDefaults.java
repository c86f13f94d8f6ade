package dev.jbuild.sandbox;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What every container gets, as Docker and BuildKit give it: file systems, devices, masks and capabilities. */
final class ContainerDefaults {
    private static final Path UNIFIED_CGROUPS = Path.of("/sys/fs/cgroup/cgroup.controllers");

    static final long SHARED_MEMORY = 64 << 20;
    static final int LOOP_MAJOR = 7;
    /** For those that a step makes itself. */
    static final int SPARE_LOOPS = 8;

    static final List<String> MASKED = List.of(
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

    static final List<String> READ_ONLY =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    private final OpList ops;
    private final Ids ids;

    /** @param ids which file systems can be mounted depends on whether these are all of the machine's */
    ContainerDefaults(OpList ops, Ids ids) {
        this.ops = ops;
        this.ids = ids;
    }

    /**
     * @param confinement of the process; an insecure one may change what the file systems show of the kernel
     * @param legacy its control groups of version 1
     * @param ofHost whether it shares the network of the machine
     */
    void addFileSystems(Confinement confinement, List<StepCgroup.Legacy> legacy, boolean ofHost) {
        String access = confinement.insecure() ? "rw" : "ro";
        ops.op("mount", "proc", "/proc", "nosuid,nodev,noexec", "");
        ops.op("mount", "tmpfs", "/dev", "nosuid,strictatime", "mode=755,size=65536k");
        addDevices();
        ops.op("mount", "devpts", "/dev/pts", "nosuid,noexec", terminals());
        long sharedMemory = confinement.sharedMemory().orElse(SHARED_MEMORY) / 1024;
        ops.op("mount", "tmpfs", "/dev/shm", "nosuid,nodev,noexec", "mode=1777,size=" + sharedMemory + "k");
        ops.op("mount", "mqueue", "/dev/mqueue", "nosuid,nodev,noexec,optional", "");
        addSys(access, ofHost);
        if (hasOnlyUnifiedCgroups()) {
            ops.op("mount", "cgroup2", "/sys/fs/cgroup", "nosuid,nodev,noexec,optional," + access, "");
        } else if (!legacy.isEmpty()) {
            addLegacyCgroups(legacy, access);
        }
    }

    static boolean hasOnlyUnifiedCgroups() {
        return Files.exists(UNIFIED_CGROUPS);
    }

    private String terminals() {
        return "newinstance,ptmxmode=0666,mode=0620" + (ids.haveTerminalGroup() ? ",gid=5" : "");
    }

    /** A user namespace may mount one of its own networks only. */
    private void addSys(String access, boolean ofHost) {
        if (ids.areOfNamespace() && ofHost) {
            ops.op("bind", "/sys", "/sys", "nosuid,nodev,noexec,ro");
            ops.op("mask", "/sys/fs/cgroup");
        } else {
            ops.op("mount", "sysfs", "/sys", "nosuid,nodev,noexec," + access, "");
        }
    }

    private void addLegacyCgroups(List<StepCgroup.Legacy> legacy, String access) {
        ops.op("mount", "tmpfs", "/sys/fs/cgroup", "nosuid,nodev,noexec", "mode=755");
        for (StepCgroup.Legacy group : legacy) {
            String target = "/sys/fs/cgroup/" + group.controllers();
            ops.op("mount", "cgroup", target, "nosuid,nodev,noexec," + access, group.controllers());
        }
        if (access.equals("ro")) {
            ops.op("read-only", "/sys/fs/cgroup");
        }
    }

    private void addDevices() {
        addDevice("null", 1, 3);
        addDevice("zero", 1, 5);
        addDevice("full", 1, 7);
        addDevice("random", 1, 8);
        addDevice("urandom", 1, 9);
        addDevice("tty", 5, 0);
        ops.op("link", "/proc/self/fd", "/dev/fd");
        ops.op("link", "/proc/self/fd/0", "/dev/stdin");
        ops.op("link", "/proc/self/fd/1", "/dev/stdout");
        ops.op("link", "/proc/self/fd/2", "/dev/stderr");
        ops.op("link", "pts/ptmx", "/dev/ptmx");
        if (Files.exists(Path.of("/proc/kcore"))) {
            ops.op("link", "/proc/kcore", "/dev/core");
        }
    }

    private void addDevice(String name, int major, int minor) {
        addDevice(name, "20666", major, minor);
    }

    /** In a user namespace none can be made, but those of the machine be shown. */
    private void addDevice(String name, String mode, int major, int minor) {
        Path device = Path.of("/dev", name);
        if (!ids.areOfNamespace()) {
            ops.op("node", device, mode, major, minor);
        } else if (Files.exists(device)) {
            ops.op("bind", device, device, "nosuid,noexec");
        }
    }

    /** The devices that BuildKit gives to insecure steps. */
    void addInsecureDevices() {
        addDevice("kmsg", 1, 11);
        addDevice("cuse", 10, 203);
        addDevice("fuse", 10, 229);
        addDevice("kvm", 10, 232);
        addDevice("net/tun", 10, 200);
        addDevice("loop-control", 10, 237);
        for (int i = 0; i < loopDevices() + SPARE_LOOPS; i++) {
            addDevice("loop" + i, "60660", LOOP_MAJOR, i);
        }
    }

    static int loopDevices() {
        int count = 0;
        while (Files.exists(Path.of("/dev/loop" + count))) {
            count++;
        }
        return count;
    }

    /** Lets nothing more be mounted over what was added; in {@code /dev}, which is the container's own, it may be. */
    void close() {
        ops.op("close", "/proc", "");
        ops.op("close", "/sys", "");
        ops.op("close", "/dev", "/dev");
    }

    void addMasks() {
        MASKED.forEach(path -> ops.op("mask", path));
        READ_ONLY.forEach(path -> ops.op("read-only", path));
    }
}
