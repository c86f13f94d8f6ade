package dev.jbuild.sandbox;

import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Turns what is to run into operations: all policy is here, none in the native program. */
final class SandboxProgram {
    private static final String USUAL_FILTER = DeviceFilter.usual();

    /** By which a process would get out of a root directory of its own. */
    private static final Capabilities ESCAPES = Capabilities.of("SYS_CHROOT", "MKNOD", "SYS_PTRACE");

    private final OpList ops = new OpList();
    private final RunSpec spec;
    private final RunDirectory files;
    private final StepCgroup cgroup;
    private final NetworkPlace network;
    private final Host host;
    private final Ids ids;

    /** Whether an OCI runtime is to make the container. */
    private boolean forRuntime;

    private SandboxProgram(RunSpec spec, RunDirectory files, StepCgroup cgroup, NetworkPlace network, Host host) {
        this.spec = spec;
        this.files = files;
        this.cgroup = cgroup;
        this.network = network;
        this.host = host;
        this.ids = idsOf(spec, host);
    }

    private static Ids idsOf(RunSpec spec, Host host) {
        return spec.confinement().users().map(Ids::of).orElse(host.ids());
    }

    private static void check(RunSpec spec, Ids ids) throws JbuildException {
        ids.check(spec);
        if (!spec.hooks().isEmpty()) {
            Hook hook = spec.hooks().get(0);
            throw new UserError(
                    "a device comes with the hook %s (%s), which jbuild itself doesn't run"
                            .formatted(hook.path(), hook.moment()),
                    "an OCI runtime runs it: --runtime=runc or --runtime=crun");
        }
    }

    /**
     * @param files where the prepared {@code /etc/hosts} and {@code /etc/resolv.conf} are, and where the program may
     *     put what it needs
     */
    static byte[] operations(RunSpec spec, RunDirectory files, StepCgroup cgroup, NetworkPlace network, Host host)
            throws JbuildException {
        check(spec, idsOf(spec, host));
        SandboxProgram program = new SandboxProgram(spec, files, cgroup, network, host);
        program.addSettings();
        program.addConfinement();
        program.addMounts();
        program.addProcess(program.capabilities());
        return program.ops.end();
    }

    /**
     * The same for a container that outlives this process.
     *
     * @param remove whether its directory goes with it
     */
    static byte[] inBackground(
            RunSpec spec, RunDirectory files, StepCgroup cgroup, NetworkPlace network, Host host, boolean remove)
            throws JbuildException {
        check(spec, idsOf(spec, host));
        SandboxProgram program = new SandboxProgram(spec, files, cgroup, network, host);
        program.addSettings();
        if (remove) {
            program.ops.op("remove");
        }
        program.addConfinement();
        program.addMounts();
        program.addProcess(program.capabilities());
        return program.ops.end();
    }

    /**
     * What an OCI runtime needs: the root and all that is mounted in it, but for what every container has, which it makes
     * itself.
     *
     * @param command the runtime and its arguments
     * @param joined whether it runs in the control group, as it makes none itself
     * @param unseen what of the machine it isn't to see
     */
    static byte[] forRuntime(
            RunSpec spec,
            RunDirectory files,
            StepCgroup cgroup,
            NetworkPlace network,
            Host host,
            List<String> command,
            boolean joined,
            List<Path> unseen)
            throws JbuildException {
        host.ids().check(spec);
        SandboxProgram program = new SandboxProgram(spec, files, cgroup, network, host);
        program.forRuntime = true;
        program.addSettings();
        if (joined) {
            program.addGroup();
            unseen.forEach(mount -> program.ops.op("unseen", mount));
        } else {
            program.ops.op("root-devices"); // the runtime filters them
        }
        program.ops.op("bundle", files.directory());
        program.addMounts();
        program.addRuntime(command);
        return program.ops.end();
    }

    /** What holds each further process of a container; what it is and who runs it is to follow. */
    static byte[] confinement(RunSpec spec, RunDirectory files, StepCgroup cgroup, Host host) {
        SandboxProgram program = new SandboxProgram(spec, files, cgroup, NetworkPlace.HOST, host);
        program.addHold();
        program.addCapabilities(program.capabilities());
        return program.ops.bytes();
    }

    /** The same for a process whose root is a directory in which all is in place already. */
    static byte[] inPlainRoot(Path root, RunSpec spec, RunDirectory files, StepCgroup cgroup, Host host)
            throws JbuildException {
        if (spec.confinement().users().isPresent()) {
            throw new UserError("--userns=auto needs namespaces, which --isolation=chroot does without");
        }
        check(spec, host.ids());
        SandboxProgram program = new SandboxProgram(spec, files, cgroup, NetworkPlace.HOST, host);
        program.addSettings();
        program.addConfinement();
        program.ops.op("plain-root", root);
        program.addProcess(
                spec.confinement().insecure()
                        ? program.capabilities()
                        : program.capabilities().without(ESCAPES));
        return program.ops.end();
    }

    private void addSettings() throws JbuildException {
        ops.op("status", files.status());
        ops.op("parent", ProcessHandle.current().pid());
        ops.op("scratch", files.directory());
        if (!forRuntime) {
            ops.op("hostname", spec.hostname());
        }
        if (!forRuntime || network.mode() != NetworkMode.NONE) {
            network.addTo(ops);
        }
        if (spec.interactive()) {
            ops.op("keep-stdin");
        }
        if (host.classicOverlay()) {
            ops.op("classic-overlay");
        }
        if (host.ids().areOfNamespace()) {
            ops.op("user-xattr");
        }
        if (spec.confinement().users().isPresent()) {
            addUsers(spec.confinement().users().get());
        }
    }

    private void addUsers(OwnUsers users) throws JbuildException {
        if (host.ids().areOfNamespace()) {
            throw new EnvironmentError(
                    "--userns=auto needs root: steps of other users are in a user namespace already",
                    "leave it out, or run jbuild as root");
        }
        host.usersForContainers().addTo(ops, users);
    }

    private void addConfinement() throws EnvironmentError {
        addGroup();
        addHold();
    }

    private void addGroup() throws EnvironmentError {
        cgroup.addTo(ops);
        if (spec.confinement().insecure()) {
            ops.op("root-devices");
            return;
        }
        List<Mount.Device> devices = spec.devices();
        if (cgroup.canFilterDevices()) {
            ops.op("device-filter", devices.isEmpty() ? USUAL_FILTER : DeviceFilter.with(devices));
        }
        Optional<Mount.Device> restricted =
                devices.stream().filter(Mount.Device::isRestricted).findFirst();
        if (restricted.isPresent()) {
            requireFilter(restricted.get());
        }
    }

    /** Owner and mode of a node hold nobody who is root. */
    private void requireFilter(Mount.Device device) throws EnvironmentError {
        if (!cgroup.canFilterDevices() || host.ids().areOfNamespace()) {
            throw new EnvironmentError(
                    "the device %s is to be used with the permissions \"%s\" alone, which can't be held here"
                            .formatted(device.target(), device.access()),
                    "it needs root, and control groups of version 2 that jbuild can make some in");
        }
        ops.op("device-filter-required");
    }

    private void addHold() {
        if (spec.confinement().insecure()) {
            ops.op("ambient");
        } else if (spec.confinement().noNewPrivileges() || host.capabilities().has("SYS_ADMIN")) {
            host.filter(capabilities()).ifPresent(filter -> ops.op("seccomp", filter));
        }
        if (spec.confinement().noNewPrivileges()) {
            ops.op("no-new-privileges");
        }
        spec.confinement().rlimits().forEach(limit -> limit.addTo(ops));
    }

    private void addMounts() throws UserError {
        addLowers(spec.root().lowers());
        ops.op("root", spec.root().upper(), spec.root().work());
        if (spec.root().readOnly() && !forRuntime) {
            ops.op("read-only-root");
        }
        ContainerDefaults defaults = new ContainerDefaults(ops, ids);
        // A private network is the machine's, too, as it is there before the user namespace is.
        boolean ofMachine = spec.confinement().users().isPresent()
                ? network.mode() != NetworkMode.NONE
                : network.mode() == NetworkMode.HOST;
        defaults.addFileSystems(spec.confinement(), cgroup.legacy(), ofMachine);
        if (spec.confinement().insecure()) {
            defaults.addInsecureDevices();
        }
        if (spec.terminal() && !forRuntime) {
            ops.op("terminal");
        }
        defaults.close();
        ops.op("bind", files.resolvConf(), "/etc/resolv.conf", "ro,nosuid,nodev,noexec,shown");
        ops.op("bind", files.hosts(), "/etc/hosts", "ro,nosuid,nodev,noexec,shown");
        for (Mount mount : spec.mounts()) {
            addForWhom(mount);
        }
        if (!spec.confinement().insecure() && !forRuntime) {
            defaults.addMasks();
        }
    }

    /** A runtime makes a {@code /dev} of its own and has to mount itself what is wanted there. */
    private void addForWhom(Mount mount) throws UserError {
        if (!forRuntime || !OciBundle.isInDevices(mount)) {
            add(mount);
        } else if (!(mount instanceof Mount.Tmpfs)) {
            add(OciBundle.writable(mount));
            ops.op("stage", files.staged(spec.mounts().indexOf(mount)));
        }
    }

    private void add(Mount mount) throws UserError {
        String target = checked(mount.target());
        if (mount instanceof Mount.Bind bind) {
            ops.op("bind", bind.source(), target, options(bind));
        } else if (mount instanceof Mount.Device device) {
            add(device, target);
        } else if (mount instanceof Mount.Overlay overlay) {
            addLowers(overlay.lowers());
            ops.op("overlay", target, overlay.subPath(), overlay.upper(), overlay.work());
            if (overlay.readOnly()) {
                ops.op("read-only", target);
            }
        } else if (mount instanceof Mount.Tmpfs tmpfs) {
            String size = tmpfs.sizeBytes().map(bytes -> ",size=" + bytes).orElse("");
            String flags = tmpfs.readOnly() ? "ro,nosuid,nodev" : "nosuid,nodev";
            ops.op("mount", "tmpfs", target, flags, "mode=" + Integer.toOctalString(tmpfs.mode()) + size);
        } else if (mount instanceof Mount.Content content) {
            add(content, target);
        } else {
            throw new AssertionError(mount);
        }
    }

    private static String options(Mount.Bind bind) {
        String flags =
                bind.flags().stream().sorted().map(flag -> flag.option() + ",").collect(Collectors.joining());
        return (bind.readOnly() ? "ro," : "") + flags + "shown";
    }

    /** In a user namespace no node can be made, but that of the machine be shown. */
    private void add(Mount.Device device, String target) throws UserError {
        if (!host.ids().areOfNamespace()) {
            String mode = Integer.toOctalString(device.device().kind().bits() | device.mode());
            ops.op(
                    "device",
                    target,
                    mode,
                    device.device().major(),
                    device.device().minor(),
                    device.uid(),
                    device.gid());
            return;
        }
        Path source = device.source()
                .orElseThrow(() -> new UserError(
                        "the device %s can't be made, as this is not root, and this machine has no node of it to show"
                                .formatted(target),
                        "run jbuild as root"));
        ops.op("bind", source, target, "nosuid,noexec");
    }

    private void add(Mount.Content content, String target) {
        ops.op(
                "content",
                target,
                Integer.toOctalString(content.mode()),
                content.uid(),
                content.gid(),
                content.isExecutable() ? "ro,nosuid,nodev" : "ro,nosuid,nodev,noexec",
                HexFormat.of().formatHex(content.bytes()));
    }

    private static String checked(String target) throws UserError {
        if (!target.startsWith("/") || target.chars().allMatch(c -> c == '/' || c == '.')) {
            throw invalidTarget(target);
        }
        return target;
    }

    /** For what would hide the whole root directory. */
    static UserError invalidTarget(String target) {
        return new UserError("invalid mount target \"%s\"".formatted(target));
    }

    private void addLowers(Iterable<Path> lowers) {
        lowers.forEach(lower -> ops.op("lower", lower));
    }

    private void addProcess(Capabilities capabilities) {
        ops.op("cwd", spec.cwd(), spec.uid(), spec.gid());
        spec.args().forEach(argument -> ops.op("arg", argument));
        spec.env().forEach(variable -> ops.op("env", variable));
        ops.op("user", spec.uid(), spec.gid());
        ids.settable(spec.groups()).forEach(group -> ops.op("group", group));
        addCapabilities(capabilities);
    }

    private void addRuntime(List<String> command) {
        ops.op("cwd", spec.cwd(), spec.uid(), spec.gid());
        command.forEach(argument -> ops.op("arg", argument));
        // Some ask for it to find newuidmap and the like.
        ops.op("env", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        ops.op("user", 0, 0);
        addCapabilities(host.capabilities());
    }

    private void addCapabilities(Capabilities capabilities) {
        if (!ids.groupsCanBeSet()) {
            ops.op("keep-groups");
        }
        capabilities.numbers().forEach(number -> ops.op("capability", number));
    }

    private Capabilities capabilities() {
        Capabilities own = host.capabilities();
        return spec.confinement().insecure()
                ? own
                : spec.confinement().capabilities().and(own);
    }
}
