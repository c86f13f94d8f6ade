package dev.jbuild.sandbox;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What every container gets, as Docker and BuildKit give it: file systems, devices, masks and capabilities. */
final class ContainerDefaults {
    private static final Path UNIFIED_CGROUPS = Path.of("/sys/fs/cgroup/cgroup.controllers");

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

    /**
     * By number: chown, dac_override, fowner, fsetid, kill, setgid, setuid, setpcap, net_bind_service, net_raw,
     * sys_chroot, mknod, audit_write, setfcap.
     */
    private static final List<Integer> CAPABILITIES = List.of(0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31);

    private ContainerDefaults() {}

    static void addFileSystems(OpList ops) {
        ops.op("mount", "proc", "/proc", "nosuid,nodev,noexec", "");
        ops.op("mount", "tmpfs", "/dev", "nosuid,strictatime", "mode=755,size=65536k");
        addDevices(ops);
        ops.op("mount", "devpts", "/dev/pts", "nosuid,noexec", "newinstance,ptmxmode=0666,mode=0620,gid=5");
        ops.op("mount", "tmpfs", "/dev/shm", "nosuid,nodev,noexec", "mode=1777,size=65536k");
        ops.op("mount", "mqueue", "/dev/mqueue", "nosuid,nodev,noexec,optional", "");
        ops.op("mount", "sysfs", "/sys", "nosuid,nodev,noexec,ro", "");
        if (Files.exists(UNIFIED_CGROUPS)) {
            ops.op("mount", "cgroup2", "/sys/fs/cgroup", "nosuid,nodev,noexec,ro,optional", "");
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

    static void addMasks(OpList ops) {
        MASKED.forEach(path -> ops.op("mask", path));
        READ_ONLY.forEach(path -> ops.op("read-only", path));
    }

    static void addCapabilities(OpList ops) {
        CAPABILITIES.forEach(number -> ops.op("capability", number));
    }
}
