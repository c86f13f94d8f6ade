package dev.jbuild.sandbox;

import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;

/** Turns what is to run into operations: all policy is here, none in the native program. */
final class SandboxProgram {
    private static final String DEVICE_FILTER = DeviceFilter.usual();

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

    /**
     * @param files where the prepared {@code /etc/hosts} and {@code /etc/resolv.conf} are, and where the program may
     *     put what it needs
     */
    static byte[] operations(RunSpec spec, RunDirectory files, StepCgroup cgroup, NetworkPlace network, Host host)
            throws JbuildException {
        idsOf(spec, host).check(spec);
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
        idsOf(spec, host).check(spec);
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
        host.ids().check(spec);
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

    private void addConfinement() {
        addGroup();
        addHold();
    }

    private void addGroup() {
        cgroup.addTo(ops);
        if (spec.confinement().insecure()) {
            ops.op("root-devices");
        } else if (cgroup.canFilterDevices()) {
            ops.op("device-filter", DEVICE_FILTER);
        }
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
            ops.op("bind", bind.source(), target, bind.readOnly() ? "ro,nodev,shown" : "nodev,shown");
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
