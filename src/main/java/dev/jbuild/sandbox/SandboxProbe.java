package dev.jbuild.sandbox;

import dev.jbuild.fs.IdMap;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds out by doing whether processes can be sandboxed on this machine. */
public final class SandboxProbe {
    private static final long PROBED_MEMORY = 64 << 20;

    private final Path program;
    private final Path scratch;
    private final String searchPath;
    private final Optional<StorageDriver> storage;

    /** With the arguments of {@link NativeSandbox}. */
    public SandboxProbe(Path program, Path scratch, String searchPath, Optional<StorageDriver> storage) {
        this.program = program.toAbsolutePath();
        this.scratch = scratch.toAbsolutePath();
        this.searchPath = searchPath;
        this.storage = storage;
    }

    /**
     * What came of running a process that does nothing.
     *
     * @param problem why that failed, with hints; absent if it worked
     * @param driver how its root file system was made
     */
    public record Trial(Optional<JbuildException> problem, StorageDriver driver) {
        private Trial(JbuildException problem) {
            this(Optional.of(problem), StorageDriver.OVERLAY);
        }
    }

    /** Runs a process that does nothing. */
    public Trial trial() {
        try (RunDirectories directories = new RunDirectories(scratch);
                RunDirectory files = directories.take();
                NativeSandbox sandbox = new NativeSandbox(program, scratch, searchPath, storage)) {
            Path upper = Files.createDirectory(files.directory().resolve("upper"));
            Path work = Files.createDirectory(files.directory().resolve("work"));
            RunResult result = sandbox.run(nothing(upper, work), new Silence(), new Cancellation());
            return result.status() == 0
                    ? new Trial(Optional.empty(), sandbox.storage().driver())
                    : new Trial(failed(result));
        } catch (IOException e) {
            return new Trial(new EnvironmentError("cannot write to %s: %s".formatted(scratch, e.getMessage()), e));
        } catch (JbuildException e) {
            return new Trial(e);
        }
    }

    /**
     * Makes a network.
     *
     * @return by which program, or why it can't be had
     */
    public NetworkTrial network(NetworkMode mode) {
        try (RunDirectories directories = new RunDirectories(scratch);
                RunDirectory files = directories.take();
                Networks networks = new Networks(program, files.directory(), searchPath)) {
            return new NetworkTrial(networks.helper(mode).name(), Optional.empty());
        } catch (IOException e) {
            return new NetworkTrial(
                    "",
                    Optional.of(new EnvironmentError("cannot write to %s: %s".formatted(scratch, e.getMessage()), e)));
        } catch (JbuildException e) {
            return new NetworkTrial("", Optional.of(e));
        }
    }

    /**
     * What came of making a network.
     *
     * @param helper the program that did
     * @param problem why none could; absent if one was made
     */
    public record NetworkTrial(String helper, Optional<JbuildException> problem) {}

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

    /** What overlays need of the kernel and of the file system. */
    record Overlays(boolean mounted, boolean deletions) {}

    /** Whether the kernel mounts an overlay for this process, and marks of deletion can be made. */
    Overlays overlays() throws EnvironmentError {
        try {
            String mount = IdMap.users().isOfMachine() ? "overlay" : "overlay-userxattr";
            Set<String> working = attempts().stream()
                    .filter(Attempt::worked)
                    .map(Attempt::name)
                    .collect(Collectors.toSet());
            return new Overlays(working.contains(mount), working.contains("whiteout"));
        } catch (IOException e) {
            throw new EnvironmentError("the users of this process can't be read: %s".formatted(e.getMessage()), e);
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
