package dev.jbuild.sandbox;

import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * Containers that outlive the process that starts them. Each has a directory, in which the native program keeps a log and a
 * socket by which its monitor is spoken to. Safe for use by many threads and processes.
 */
public final class Background {
    private static final String RUN = "run";
    private static final String CONFINEMENT = "confinement";

    private final NativeSandbox sandbox;
    private final Path program;

    Background(NativeSandbox sandbox, Path program) {
        this.sandbox = sandbox;
        this.program = program;
    }

    /** What the command of a container printed, in lines of {@code TIME STREAM F|P TEXT}. */
    public static Path log(Path directory) {
        return directory.resolve("log");
    }

    /** What is known of a container. */
    public static ContainerReport report(Path directory) throws IOException {
        return ContainerReport.read(statusFile(directory));
    }

    /** What can be known of a container even when its directory is gone. */
    public static final class Watch implements AutoCloseable {
        private final FileChannel file;

        private Watch(FileChannel file) {
            this.file = file;
        }

        public ContainerReport report() throws IOException {
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(file.size()));
            while (bytes.hasRemaining() && file.read(bytes, bytes.position()) >= 0) {
                // the rest comes with the next read
            }
            return ContainerReport.parse(bytes.array());
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    public static Watch watch(Path directory) throws IOException {
        return new Watch(FileChannel.open(statusFile(directory), StandardOpenOption.READ));
    }

    static Path statusFile(Path directory) {
        return directory.resolve(RUN).resolve("status");
    }

    /** Hears which control group a container has, before anything is in it. */
    public interface Beginning {
        void with(ContainerGroups groups) throws IOException, JbuildException;
    }

    /**
     * Starts a container; returns when its command is executed, or can't be.
     *
     * @param id for the control group
     * @param directory its own, in which the root's upper and work directory are best
     * @param remove whether the directory goes when the container has ended
     * @return status 0, or that of a command that can't be executed, and why
     */
    public RunResult start(
            RunSpec spec, String id, Path directory, boolean remove, Sandbox.Output output, Beginning beginning)
            throws JbuildException {
        try {
            Files.createDirectory(directory.resolve(RUN));
            RunDirectory files = sandbox.runDirectory(directory.resolve(RUN));
            NetworkPlace network = sandbox.networks().enterBackground(spec.network(), files.directory(), output);
            files.write(
                    NetworkFiles.resolvConf(network, spec.nameServers()),
                    NetworkFiles.hosts(spec.hostname(), spec.hosts()));
            Host host = sandbox.host();
            Start again = (rooted, cgroup) -> SandboxProgram.inBackground(rooted, files, cgroup, network, host, remove);
            Start first = (rooted, cgroup) -> {
                Files.write(directory.resolve(CONFINEMENT), SandboxProgram.confinement(rooted, files, cgroup, host));
                beginning.with(cgroup.toKeep()); // a control group is named after the ID, and is the same again
                return again.operations(rooted, cgroup);
            };
            StatusReport report = launch(spec, id, directory, files, first);
            Optional<SetupFailure> failure = report.failure();
            if (failure.isPresent() && sandbox.storage().fallBack(failure.get(), spec, output)) {
                report = launch(spec, id, directory, files, again);
            }
            return report.resultOfStart();
        } catch (IOException e) {
            throw sandbox.problem(e);
        }
    }

    /** Prepares one start, and turns it into operations. */
    private interface Start {
        byte[] operations(RunSpec spec, StepCgroup cgroup) throws IOException, JbuildException;
    }

    /** Returns what was told of a start that failed; nothing of one that didn't. */
    private StatusReport launch(RunSpec spec, String id, Path directory, RunDirectory files, Start start)
            throws IOException, JbuildException {
        StepCgroup cgroup = sandbox.cgroups().makeFor(id, spec.confinement());
        try {
            PreparedRoot root = sandbox.storage().prepareToStay(spec); // who removes the container removes it
            if (launch(directory, root.operations(start.operations(root.spec(), cgroup))) == 0) {
                return StatusReport.NOTHING;
            }
            cgroup.close();
            return StatusReport.parse(files.takeReport());
        } catch (IOException | JbuildException | RuntimeException e) {
            cgroup.close();
            throw e;
        }
    }

    private int launch(Path directory, byte[] operations) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(program.toString(), "detach", directory.toString()).redirectErrorStream(true);
        builder.environment().clear();
        Process process = builder.start();
        try (var stdin = process.getOutputStream()) {
            stdin.write(operations);
        } catch (IOException ignored) {
            // what it says tells why
        }
        return await(process);
    }

    /** Sends a signal to the first process of a container. */
    public void signal(Path directory, int number) throws JbuildException {
        try {
            ProcessBuilder builder = new ProcessBuilder(
                            program.toString(), "signal", directory.toString(), Integer.toString(number))
                    .redirectErrorStream(true);
            builder.environment().clear();
            Process process = builder.start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (await(process) != 0) {
                throw new EnvironmentError(
                        "signal " + number + " can't be sent" + (said.isEmpty() ? "" : ": " + said),
                        "the container may just have ended");
            }
        } catch (IOException e) {
            throw sandbox.problem(e);
        }
    }

    /**
     * Runs one more process in a container that is running.
     *
     * @return how it ended; for one in the background, that it was executed
     */
    public RunResult exec(Path directory, ExecSpec spec, Sandbox.Output output, Cancellation cancellation)
            throws JbuildException {
        try (RunDirectory files = sandbox.takeRunDirectory()) {
            ByteArrayOutputStream operations = new ByteArrayOutputStream();
            operations.writeBytes(new OpList().op("status", files.status()).bytes());
            operations.writeBytes(Files.readAllBytes(directory.resolve(CONFINEMENT)));
            operations.writeBytes(process(spec));
            String how = spec.background() ? "detached" : spec.terminal() ? "terminal" : "plain";
            List<String> call = List.of(program.toString(), "exec", directory.toString(), how);
            int status = new Launch(call, spec.interactive(), spec.terminal(), files, output)
                    .run(operations.toByteArray(), cancellation);
            StatusReport report = StatusReport.parse(files.takeReport());
            return report.resultOfExec(status);
        } catch (IOException e) {
            throw sandbox.problem(e);
        }
    }

    private static byte[] process(ExecSpec spec) {
        OpList ops = new OpList().op("cwd", spec.cwd(), spec.uid(), spec.gid());
        if (spec.interactive()) {
            ops.op("keep-stdin");
        }
        spec.args().forEach(argument -> ops.op("arg", argument));
        spec.env().forEach(variable -> ops.op("env", variable));
        ops.op("user", spec.uid(), spec.gid());
        spec.groups().forEach(group -> ops.op("group", group));
        return ops.end();
    }

    private static int await(Process process) throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
