package dev.jbuild.sandbox;

import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Finds out by doing whether processes can be sandboxed on this machine. */
public final class SandboxProbe {
    private static final long PROBED_MEMORY = 64 << 20;

    private final Path program;
    private final Path scratch;

    /** With the arguments of {@link NativeSandbox}. */
    public SandboxProbe(Path program, Path scratch) {
        this.program = program.toAbsolutePath();
        this.scratch = scratch.toAbsolutePath();
    }

    /** Runs a process that does nothing; returns why that failed, with hints, or nothing if it works. */
    public Optional<JbuildException> problem() {
        try (RunDirectories directories = new RunDirectories(scratch);
                RunDirectory files = directories.take();
                NativeSandbox sandbox = new NativeSandbox(program, scratch, "")) {
            Path upper = Files.createDirectory(files.directory().resolve("upper"));
            Path work = Files.createDirectory(files.directory().resolve("work"));
            RunResult result = sandbox.run(nothing(upper, work), new Silence(), new Cancellation());
            return result.status() == 0 ? Optional.empty() : Optional.of(failed(result));
        } catch (IOException e) {
            return Optional.of(new EnvironmentError("cannot write to %s: %s".formatted(scratch, e.getMessage()), e));
        } catch (JbuildException e) {
            return Optional.of(e);
        }
    }

    /** Tries one by one what sandboxes are made of. */
    public List<Attempt> attempts() throws EnvironmentError {
        try (RunDirectories directories = new RunDirectories(scratch);
                RunDirectory files = directories.take()) {
            Path empty = Files.createDirectory(files.directory().resolve("probe"));
            Process process = new ProcessBuilder(program.toString(), "probe", empty.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return out.lines().map(Attempt::parse).toList();
        } catch (IOException e) {
            throw new EnvironmentError("nothing can be tried in %s: %s".formatted(scratch, e.getMessage()), e);
        }
    }

    /** Why no process can be given a limit, if one can't. */
    public Optional<JbuildException> limitProblem() {
        Cgroups cgroups = new Cgroups(CgroupMounts.ofThisProcess());
        Limits limits = Limits.NONE.withMemory(PROBED_MEMORY);
        try {
            cgroups.make(Confinement.DEFAULT.withLimits(limits)).close();
            return Optional.empty();
        } catch (JbuildException e) {
            return Optional.of(e);
        }
    }

    private static JbuildException failed(RunResult result) {
        return new EnvironmentError(
                "a process in the sandbox failed: status %d %s".formatted(result.status(), result.startFailure()));
    }

    /** The native program is itself what runs: nothing else is sure to run in an empty root. */
    private RunSpec nothing(Path upper, Path work) {
        return new RunSpec(
                new Root(List.of(), upper, work),
                List.of("/probe", "nothing"),
                List.of(),
                "/",
                0,
                0,
                List.of(),
                NetworkMode.NONE,
                "probe",
                List.of(new Mount.Bind(program, "/probe", true)),
                List.of(),
                false,
                false,
                Confinement.DEFAULT,
                NameServers.OF_HOST);
    }

    private static final class Silence implements Sandbox.Output {
        @Override
        public void stdout(byte[] bytes, int length) {}

        @Override
        public void stderr(byte[] bytes, int length) {}

        @Override
        public void notice(String text) {}
    }
}
