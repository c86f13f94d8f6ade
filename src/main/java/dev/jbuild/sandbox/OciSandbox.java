package dev.jbuild.sandbox;

import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs processes through an OCI runtime such as runc or crun. Safe for use by many threads.
 *
 * <p>The native program makes the root file system and what is mounted in it, in namespaces of mounts and of processes, and
 * becomes the runtime there: whatever that leaves behind goes with these namespaces, and it can leave nothing running.
 */
public final class OciSandbox implements Sandbox, AutoCloseable {
    private final String runtimeName;
    private final String searchPath;
    private final Launcher launcher;
    private final CgroupMounts groups;
    private final Cgroups cgroups;
    private final RunDirectories directories;
    private final Networks networks;
    private @Nullable OciRuntime runtime;
    private final KnownHost host;
    private final Storage storage;

    /**
     * With the arguments of {@link NativeSandbox}.
     *
     * @param runtime the name of a program in the search path, or its path
     */
    public OciSandbox(String runtime, Path program, Path scratch, String searchPath, Optional<StorageDriver> storage) {
        this.runtimeName = runtime;
        this.searchPath = searchPath;
        this.launcher = new Launcher(program.toAbsolutePath());
        this.host = new KnownHost(launcher.program(), false);
        this.networks = new Networks(program.toAbsolutePath(), scratch.toAbsolutePath(), searchPath);
        this.directories = new RunDirectories(scratch.toAbsolutePath());
        this.storage = new Storage(storage, searchPath, launcher.program(), scratch.toAbsolutePath());
        this.groups = CgroupMounts.ofThisProcess();
        this.cgroups = new Cgroups(groups);
    }

    @Override
    public void expectNetwork(NetworkMode mode) {
        networks.expect(mode);
    }

    @Override
    public RunResult run(RunSpec spec, Output output, Cancellation cancellation) throws JbuildException {
        cancellation.throwIfCancelled();
        OciRuntime chosen = runtime();
        check(spec);
        String group = cgroups.nameForRuntime();
        Confinement confinement = spec.confinement();
        try (RunDirectory files = directories.take();
                StepCgroup cgroup = chosen.keepsGroups() && !host.get().ids().areOfNamespace()
                        ? cgroups.makeForRuntime(group, confinement)
                        : cgroups.make(confinement);
                NetworkPlace network = networks.enter(spec.network(), false, output)) {
            return run(spec, files, cgroup, path(group, confinement), network, output, cancellation);
        } catch (IOException e) {
            throw new EnvironmentError("a step can't be run by %s: %s".formatted(chosen.name(), e.getMessage()), e);
        }
    }

    private static void check(RunSpec spec) throws UserError {
        if (spec.confinement().users().isPresent()) {
            throw new UserError(
                    "--userns=auto is not for --runtime: layers are shown to other users by jbuild itself alone",
                    "leave one of them out");
        }
    }

    /** As the specification has it: beneath the group of this process, or in full. */
    private static String path(String group, Confinement confinement) {
        return confinement
                .cgroupParent()
                .map(parent -> "/" + parent + "/" + group)
                .orElse(group);
    }

    private RunResult run(
            RunSpec spec,
            RunDirectory files,
            StepCgroup cgroup,
            String group,
            NetworkPlace network,
            Output output,
            Cancellation cancellation)
            throws IOException, JbuildException {
        OciRuntime chosen = runtime();
        boolean rootless = host.get().ids().areOfNamespace();
        boolean joined = !chosen.keepsGroups() || rootless;
        files.write(
                NetworkFiles.resolvConf(network, spec.nameServers()),
                NetworkFiles.hosts(spec.hostname(), spec.hosts()));
        boolean filtered = !joined || cgroup.canFilterDevices() || rootless;
        new OciBundle(spec, network.mode(), files, host.get(), filtered)
                .write(joined ? Optional.empty() : Optional.of(group));
        RootedLaunch.Ended ended = new RootedLaunch(storage, launcher, spec, files, output)
                .run(
                        rooted -> SandboxProgram.forRuntime(
                                rooted,
                                files,
                                cgroup,
                                network,
                                host.get(),
                                chosen.command(files, rootless),
                                joined,
                                joined ? unseen() : List.of()),
                        cancellation);
        RunResult result = OciLog.parse(log(files))
                .result(ended.result(), chosen, spec.args().get(0));
        return cgroup.complete(result, ended.wall());
    }

    /** crun refuses to work where there are groups of both versions, even if it is to make none. */
    private List<Path> unseen() {
        return groups.controllers().isEmpty()
                ? List.of()
                : groups.unified().map(CgroupMounts.Hierarchy::mount).stream().toList();
    }

    private static String log(RunDirectory files) throws IOException {
        return Files.exists(files.log()) ? Files.readString(files.log(), StandardCharsets.UTF_8) : "";
    }

    private synchronized OciRuntime runtime() throws JbuildException {
        OciRuntime known = runtime;
        if (known == null) {
            known = OciRuntime.find(runtimeName, searchPath);
            runtime = known;
        }
        return known;
    }

    /** Ends what was started in advance, and waits for the last files to be deleted. No run may be going on. */
    @Override
    public void close() {
        networks.close();
        launcher.close();
        directories.close();
    }
}
