package dev.jbuild.sandbox;

import dev.jbuild.fs.TreeChanges;
import dev.jbuild.fs.Trees;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs processes where neither namespaces nor mounts are allowed, as in a container without privileges: in a copy of their
 * root file system, by chroot(2). They have fewer capabilities and a filter of system calls, but see the other processes,
 * the network and the shared memory of the machine that jbuild runs on: what they do there is for that machine to bear.
 * Safe for use by many threads.
 */
public final class ChrootSandbox implements Sandbox, AutoCloseable {
    private final Launcher launcher;
    private final Cgroups cgroups;
    private final RunDirectories directories;
    private final AtomicBoolean warned = new AtomicBoolean();
    private final KnownHost host;

    /** With the arguments of {@link NativeSandbox}. */
    public ChrootSandbox(Path program, Path scratch) {
        this.launcher = new Launcher(program.toAbsolutePath());
        this.host = new KnownHost(launcher.program(), false);
        this.directories = new RunDirectories(scratch.toAbsolutePath());
        this.cgroups = new Cgroups(CgroupMounts.ofThisProcess());
    }

    /** There is none. */
    @Override
    public void expectNetwork(NetworkMode mode) {}

    @Override
    public RunResult run(RunSpec spec, Output output, Cancellation cancellation) throws JbuildException {
        cancellation.throwIfCancelled();
        check(spec);
        if (warned.compareAndSet(false, true)) {
            output.notice(
                    "steps are kept apart by chroot alone: they share the network, processes and shared memory of this"
                            + " machine");
        }
        try (RunDirectory files = directories.take();
                StepCgroup cgroup = cgroups.make(spec.confinement())) {
            return run(spec, files, cgroup, output, cancellation);
        } catch (IOException e) {
            throw new EnvironmentError("a step can't be run by chroot: %s".formatted(e.getMessage()), e);
        }
    }

    private static void check(RunSpec spec) throws UserError {
        if (spec.network() == NetworkMode.NONE || spec.network() == NetworkMode.PRIVATE) {
            throw new UserError(
                    "steps that are kept apart by chroot alone have the network of this machine and no other",
                    "leave --network out, or say --network=host");
        }
    }

    private RunResult run(RunSpec spec, RunDirectory files, StepCgroup cgroup, Output output, Cancellation cancellation)
            throws IOException, JbuildException {
        files.write(
                NetworkFiles.resolvConf(NetworkPlace.HOST, spec.nameServers()),
                NetworkFiles.hosts(spec.hostname(), spec.hosts()));
        Path root = Files.createDirectory(spec.root().work().resolve("root"));
        try (ChrootTree tree = ChrootTree.make(root, spec, files)) {
            TreeChanges changes = tree.changes();
            byte[] operations = SandboxProgram.inPlainRoot(root, spec, files, cgroup, host.get());
            long start = System.nanoTime();
            int exitStatus = new Launch(launcher, spec, files, output).run(operations, cancellation);
            Duration wall = Duration.ofNanos(System.nanoTime() - start);
            RunResult result = StatusReport.parse(files.takeReport()).result(exitStatus);
            tree.copyBack();
            changes.moveTo(spec.root().upper());
            return cgroup.complete(result, wall);
        } finally {
            Trees.deleteRecursively(root);
        }
    }

    /** Ends what was started in advance, and waits for the last files to be deleted. No run may be going on. */
    @Override
    public void close() {
        launcher.close();
        directories.close();
    }
}
