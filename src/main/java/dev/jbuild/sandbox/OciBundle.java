package dev.jbuild.sandbox;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jbuild.sandbox.seccomp.CallProfile;
import dev.jbuild.sandbox.seccomp.CallRule;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The {@code config.json} of a container, as the OCI Runtime Specification has it. The root is there already with all that
 * is mounted in it but for what every container has; so are the limits, in the control group.
 */
final class OciBundle {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Path DEVICES = Path.of("/dev");
    private static final List<String> ALONE = List.of("nosuid", "noexec", "nodev");

    private final RunSpec spec;
    private final NetworkMode network;
    private final RunDirectory files;
    private final Host host;
    private final boolean devicesAreFiltered;

    /** @param network that there is, which need not be the one that is asked for */
    OciBundle(RunSpec spec, NetworkMode network, RunDirectory files, Host host, boolean devicesAreFiltered) {
        this.devicesAreFiltered = devicesAreFiltered;
        this.spec = spec;
        this.network = network;
        this.files = files;
        this.host = host;
    }

    /** Whether a mount is in {@code /dev}, which the runtime makes. */
    static boolean isInDevices(Mount mount) {
        Path target = Path.of(mount.target()).normalize();
        return target.startsWith(DEVICES) && !target.equals(DEVICES);
    }

    /** The same without what the runtime sees to. */
    static Mount writable(Mount mount) {
        return mount instanceof Mount.Overlay overlay
                ? new Mount.Overlay(
                        overlay.lowers(), overlay.upper(), overlay.work(), overlay.subPath(), overlay.target(), false)
                : mount;
    }

    /**
     * Writes it.
     *
     * @param groups the path of the control group, if the runtime is to use one
     */
    void write(Optional<String> groups) throws IOException {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("ociVersion", "1.0.2");
        config.put("root", Map.of("path", "root", "readonly", spec.root().readOnly()));
        if (!spec.hostname().isEmpty()) {
            config.put("hostname", spec.hostname());
        }
        config.put("process", process());
        config.put("mounts", mounts(groups.isPresent()));
        config.put("linux", linux(groups));
        if (!spec.hooks().isEmpty()) {
            config.put("hooks", hooks());
        }
        Files.write(files.bundle(), MAPPER.writeValueAsBytes(config));
    }

    private Map<String, Object> process() {
        Confinement confinement = spec.confinement();
        Map<String, Object> process = new LinkedHashMap<>();
        process.put("terminal", spec.terminal());
        Map<String, Object> user = new LinkedHashMap<>(Map.of("uid", spec.uid(), "gid", spec.gid(), "umask", 022));
        List<Long> groups = host.ids().settable(spec.groups());
        if (!groups.isEmpty()) {
            user.put("additionalGids", groups);
        }
        process.put("user", user);
        process.put("args", spec.args());
        process.put("env", spec.env());
        process.put("cwd", spec.cwd());
        process.put("capabilities", capabilities());
        if (!confinement.rlimits().isEmpty()) {
            process.put(
                    "rlimits",
                    confinement.rlimits().stream().map(OciBundle::rlimit).toList());
        }
        process.put("noNewPrivileges", confinement.noNewPrivileges());
        return process;
    }

    private static Map<String, Object> rlimit(Rlimit limit) {
        // No limit is the greatest number that there is.
        return Map.of(
                "type",
                "RLIMIT_" + limit.resource().name(),
                "soft",
                new BigInteger(Long.toUnsignedString(limit.soft())),
                "hard",
                new BigInteger(Long.toUnsignedString(limit.hard())));
    }

    /** Where devices can't be filtered, let none be made. */
    private Capabilities held() {
        if (spec.confinement().insecure()) {
            return host.capabilities();
        }
        Capabilities held = spec.confinement().capabilities().and(host.capabilities());
        return devicesAreFiltered ? held : held.without(Capabilities.of("MKNOD"));
    }

    /** Whoever isn't root has none at first, as executing a program takes them away. */
    private Map<String, Object> capabilities() {
        List<String> all = held().names();
        boolean insecure = spec.confinement().insecure();
        List<String> own = spec.uid() == 0 || insecure ? all : List.of();
        List<String> handedOn = insecure ? all : List.of();
        return Map.of(
                "bounding", all, "effective", own, "permitted", own, "inheritable", handedOn, "ambient", handedOn);
    }

    private List<Map<String, Object>> mounts(boolean ownGroup) {
        Confinement confinement = spec.confinement();
        String access = confinement.insecure() ? "rw" : "ro";
        List<Map<String, Object>> mounts = new ArrayList<>();
        mounts.add(mount("/proc", "proc", "proc", ALONE, List.of()));
        mounts.add(
                mount("/dev", "tmpfs", "tmpfs", List.of("nosuid", "strictatime"), List.of("mode=755", "size=65536k")));
        List<String> terminals = new ArrayList<>(List.of("newinstance", "ptmxmode=0666", "mode=0620"));
        if (host.ids().haveTerminalGroup()) {
            terminals.add("gid=5");
        }
        mounts.add(mount("/dev/pts", "devpts", "devpts", List.of("nosuid", "noexec"), terminals));
        long shared = confinement.sharedMemory().orElse(ContainerDefaults.SHARED_MEMORY) / 1024;
        mounts.add(mount("/dev/shm", "tmpfs", "shm", ALONE, List.of("mode=1777", "size=" + shared + "k")));
        mounts.add(mount("/dev/mqueue", "mqueue", "mqueue", ALONE, List.of()));
        if (host.ids().areOfNamespace() && network != NetworkMode.NONE) {
            // A user namespace may mount one of its own networks only.
            mounts.add(mount("/sys", "none", "/sys", ALONE, List.of("rbind", "ro")));
        } else {
            mounts.add(mount("/sys", "sysfs", "sysfs", ALONE, List.of(access)));
        }
        if (ownGroup && ContainerDefaults.hasOnlyUnifiedCgroups()) {
            // Groups of version 1 could be changed by the process, whatever the options say.
            mounts.add(mount("/sys/fs/cgroup", "cgroup", "cgroup", ALONE, List.of("relatime", access)));
        }
        spec.mounts().stream().filter(OciBundle::isInDevices).forEach(mount -> mounts.add(staged(mount)));
        return mounts;
    }

    private Map<String, Object> staged(Mount mount) {
        if (mount instanceof Mount.Tmpfs tmpfs) {
            List<String> options = new ArrayList<>(List.of("mode=" + Integer.toOctalString(tmpfs.mode())));
            tmpfs.sizeBytes().ifPresent(bytes -> options.add("size=" + bytes));
            options.add(tmpfs.readOnly() ? "ro" : "rw");
            return mount(tmpfs.target(), "tmpfs", "tmpfs", List.of("nosuid", "nodev"), options);
        }
        boolean readOnly = mount instanceof Mount.Overlay overlay && overlay.readOnly();
        String source = files.staged(spec.mounts().indexOf(mount)).toString();
        return mount(mount.target(), "bind", source, List.of("rbind"), readOnly ? List.of("ro") : List.of());
    }

    private static Map<String, Object> mount(
            String target, String type, String source, List<String> flags, List<String> more) {
        List<String> options = new ArrayList<>(flags);
        options.addAll(more);
        return Map.of("destination", target, "type", type, "source", source, "options", options);
    }

    private Map<String, Object> linux(Optional<String> groups) {
        boolean insecure = spec.confinement().insecure();
        Map<String, Object> linux = new LinkedHashMap<>();
        linux.put("namespaces", namespaces());
        if (groups.isPresent()) {
            linux.put("cgroupsPath", groups.get());
            linux.put("resources", Map.of("devices", access(insecure)));
        }
        if (insecure) {
            linux.put("devices", insecureDevices());
            return linux;
        }
        linux.put("maskedPaths", ContainerDefaults.MASKED);
        linux.put("readonlyPaths", ContainerDefaults.READ_ONLY);
        if (spec.confinement().noNewPrivileges() || host.capabilities().has("SYS_ADMIN")) {
            linux.put("seccomp", seccomp());
        }
        return linux;
    }

    /** Rules of which each goes before those ahead of it. */
    private List<Map<String, Object>> access(boolean insecure) {
        List<Map<String, Object>> rules = new ArrayList<>();
        rules.add(Map.of("allow", insecure, "access", Mount.Device.ALL));
        for (Mount.Device device : insecure ? List.<Mount.Device>of() : spec.devices()) {
            if (device.device().isFiltered() && !device.access().isEmpty()) {
                DeviceId id = device.device();
                rules.add(Map.of(
                        "allow",
                        true,
                        "type",
                        id.kind().letter(),
                        "major",
                        id.major(),
                        "minor",
                        id.minor(),
                        "access",
                        device.access()));
            }
        }
        return rules;
    }

    private Map<String, List<Map<String, Object>>> hooks() {
        Map<String, List<Map<String, Object>>> hooks = new LinkedHashMap<>();
        for (Hook hook : spec.hooks()) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("path", hook.path());
            entry.put("args", hook.args());
            entry.put("env", hook.env());
            hook.timeoutSeconds().ifPresent(seconds -> entry.put("timeout", seconds));
            hooks.computeIfAbsent(hook.moment(), moment -> new ArrayList<>()).add(entry);
        }
        return hooks;
    }

    /** A network other than none is the one that the runtime itself is put in. */
    private List<Map<String, Object>> namespaces() {
        List<String> kinds = new ArrayList<>(List.of("pid", "ipc", "uts", "mount", "cgroup"));
        if (network == NetworkMode.NONE) {
            kinds.add("network");
        }
        return kinds.stream().map(kind -> Map.<String, Object>of("type", kind)).toList();
    }

    private static List<Map<String, Object>> insecureDevices() {
        List<Map<String, Object>> devices = new ArrayList<>();
        devices.add(device("kmsg", "c", 1, 11));
        devices.add(device("cuse", "c", 10, 203));
        devices.add(device("fuse", "c", 10, 229));
        devices.add(device("kvm", "c", 10, 232));
        devices.add(device("net/tun", "c", 10, 200));
        devices.add(device("loop-control", "c", 10, 237));
        for (int i = 0; i < ContainerDefaults.loopDevices() + ContainerDefaults.SPARE_LOOPS; i++) {
            devices.add(device("loop" + i, "b", ContainerDefaults.LOOP_MAJOR, i));
        }
        return devices;
    }

    private static Map<String, Object> device(String name, String type, int major, int minor) {
        int mode = type.equals("b") ? 0660 : 0666;
        return Map.of(
                "path",
                "/dev/" + name,
                "type",
                type,
                "major",
                major,
                "minor",
                minor,
                "fileMode",
                mode,
                "uid",
                0,
                "gid",
                0);
    }

    private Map<String, Object> seccomp() {
        List<Map<String, Object>> calls = new ArrayList<>();
        for (CallRule rule : CallProfile.rules(held()::has)) {
            Map<String, Object> call = new LinkedHashMap<>();
            call.put("names", rule.names());
            call.put("action", rule.errorNumber().isPresent() ? "SCMP_ACT_ERRNO" : "SCMP_ACT_ALLOW");
            rule.errorNumber().ifPresent(number -> call.put("errnoRet", number));
            call.put(
                    "args", rule.conditions().stream().map(OciBundle::condition).toList());
            calls.add(call);
        }
        return Map.of(
                "defaultAction",
                "SCMP_ACT_ERRNO",
                "defaultErrnoRet",
                CallProfile.UNKNOWN,
                "architectures",
                architectures(),
                "syscalls",
                calls);
    }

    private static Map<String, Object> condition(CallRule.Condition condition) {
        return Map.of(
                "index", 0, "value", condition.value(), "valueTwo", condition.masked(), "op", condition.operator());
    }

    private List<String> architectures() {
        return host.architectures().stream().map(name -> "SCMP_ARCH_" + name).toList();
    }
}
