package dev.jbuild.sandbox;

import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

    /**
     * @param program the {@code jbuild-sandbox} executable
     * @param scratch where each run keeps its small files, best on the file system of the layers; made when missing
     * @param searchPath where the programs are looked up that make private networks
     */
    public NativeSandbox(Path program, Path scratch, String searchPath) {
        this(program, scratch, searchPath, false);
    }

    /** With {@code classicOverlay}, overlays are mounted as on kernels before 6.7. */
    NativeSandbox(Path program, Path scratch, String searchPath, boolean classicOverlay) {
        this.launcher = new Launcher(program.toAbsolutePath());
        this.networks = new Networks(program.toAbsolutePath(), scratch.toAbsolutePath(), searchPath);
        this.directories = new RunDirectories(scratch.toAbsolutePath());
        this.host = new KnownHost(launcher.program(), classicOverlay);
        this.cgroups = new Cgroups(CgroupMounts.ofThisProcess());
    }

    @Override
    public void expectPrivateNetwork() {
        networks.expect();
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
        String resolvConf = NetworkFiles.resolvConf(network.mode(), spec.nameServers());
        files.write(resolvConf, NetworkFiles.hosts(spec.hostname(), spec.hosts()));
        byte[] operations = SandboxProgram.operations(spec, files, cgroup, network, host());
        long start = System.nanoTime();
        int exitStatus = new Launch(launcher, spec, files, output).run(operations, cancellation);
        Duration wall = Duration.ofNanos(System.nanoTime() - start);
        RunResult result = StatusReport.parse(files.takeReport()).result(exitStatus);
        if (isUsual(spec)) {
            files.leftAsItWas();
        }
        return cgroup.complete(result, wall);
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
