package dev.jbuild.sandbox;

import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs processes through the native program {@code jbuild-sandbox}. Safe for use by many threads.
 *
 * <p>When {@link #run} returns or throws, nothing of the process is left: its descendants are dead, its mounts gone with
 * their namespace. Its small files are deleted when this is closed, at the latest.
 */
public final class NativeSandbox implements Sandbox, AutoCloseable {
    private final Launcher launcher;
    private final Cgroups cgroups;
    private final RunDirectories directories;
    private final Networks networks;
    private final AtomicBoolean told = new AtomicBoolean();
    private final KnownHost host;
    private final Storage storage;

    /**
     * @param program the {@code jbuild-sandbox} executable
     * @param scratch where each run keeps its small files, best on the file system of the layers; made when missing
     * @param searchPath where the programs are looked up that make private networks, and fuse-overlayfs
     * @param storage how root file systems are made; if absent, by the best way that works
     */
    public NativeSandbox(Path program, Path scratch, String searchPath, Optional<StorageDriver> storage) {
        this(program, scratch, searchPath, storage, false);
    }

    /** With {@code classicOverlay}, overlays are mounted as on kernels before 6.7. */
    NativeSandbox(
            Path program, Path scratch, String searchPath, Optional<StorageDriver> storage, boolean classicOverlay) {
        this.launcher = new Launcher(program.toAbsolutePath());
        this.networks = new Networks(program.toAbsolutePath(), scratch.toAbsolutePath(), searchPath);
        this.directories = new RunDirectories(scratch.toAbsolutePath());
        this.host = new KnownHost(launcher.program(), classicOverlay);
        this.cgroups = new Cgroups(CgroupMounts.ofThisProcess());
        this.storage = new Storage(storage, searchPath, launcher.program(), scratch.toAbsolutePath());
    }

    @Override
    public void expectNetwork(NetworkMode mode) {
        networks.expect(mode);
    }

    /** What starts and reaches containers that outlive this process. */
    public Background background() {
        return new Background(this, launcher.program());
    }

    RunDirectory runDirectory(Path directory) {
        return new RunDirectory(directory, directories);
    }

    RunDirectory takeRunDirectory() throws IOException {
        return directories.take();
    }

    Cgroups cgroups() {
        return cgroups;
    }

    Networks networks() {
        return networks;
    }

    @Override
    public RunResult run(RunSpec spec, Output output, Cancellation cancellation) throws JbuildException {
        cancellation.throwIfCancelled();
        try {
            if (host().ids().areSingle() && told.compareAndSet(false, true)) {
                output.notice(
                        "there is only one user and one group here, as no others are given to you by /etc/subuid and"
                                + " /etc/subgid: steps can't chown to others nor run as them (jbuild doctor says more)");
            }
            try (RunDirectory files = directories.take();
                    StepCgroup cgroup = cgroups.make(spec.confinement());
                    NetworkPlace network = networks.enter(spec.network(), isHarmless(spec.confinement()), output)) {
                return run(spec, files, cgroup, network, output, cancellation);
            }
        } catch (IOException e) {
            throw problem(e);
        }
    }

    private RunResult run(
            RunSpec spec,
            RunDirectory files,
            StepCgroup cgroup,
            NetworkPlace network,
            Output output,
            Cancellation cancellation)
            throws IOException, JbuildException {
        String resolvConf = NetworkFiles.resolvConf(network, spec.nameServers());
        files.write(resolvConf, NetworkFiles.hosts(spec.hostname(), spec.hosts()));
        RootedLaunch.Ended ended = new RootedLaunch(storage, launcher, spec, files, output)
                .run(rooted -> SandboxProgram.operations(rooted, files, cgroup, network, host()), cancellation);
        RunResult result = ended.result();
        if (isUsual(spec)) {
            files.leftAsItWas();
        }
        return cgroup.complete(result, ended.wall());
    }

    Storage storage() {
        return storage;
    }

    Host host() throws IOException {
        return host.get();
    }

    /** Whether a process can't change the network that it is in. */
    private static boolean isHarmless(Confinement confinement) {
        return !confinement.insecure() && !confinement.capabilities().has("NET_ADMIN");
    }

    /** A process with other privileges may have made the files of its run writable. */
    private static boolean isUsual(RunSpec spec) {
        return !spec.confinement().insecure()
                && spec.confinement().capabilities().equals(Capabilities.DEFAULT)
                && !spec.interactive();
    }

    JbuildException problem(IOException e) {
        Path program = launcher.program();
        if (!Files.isExecutable(program)) {
            return new EnvironmentError(
                    "%s is missing or not executable".formatted(program), e, "reinstall jbuild: it belongs to it");
        }
        return new EnvironmentError("cannot run the sandbox: %s".formatted(e.getMessage()), e);
    }

    /** Ends what was started in advance, and waits for the last files to be deleted. No run may be going on. */
    @Override
    public void close() {
        networks.close();
        launcher.close();
        directories.close();
    }
}
