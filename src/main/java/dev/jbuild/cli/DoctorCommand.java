package dev.jbuild.cli;

import dev.jbuild.engine.Engine;
import dev.jbuild.engine.EngineSettings;
import dev.jbuild.problem.ExitCode;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UsageError;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;

/** {@code jbuild doctor}: looks at what builds need from this machine. */
@Command(name = "doctor", description = "Check what builds need from this machine.")
final class DoctorCommand implements JbuildCommand {
    private boolean healthy = true;

    @Override
    public int run(Invocation invocation) throws UsageError {
        PrintStream out = invocation.console().out();
        EngineSettings settings = invocation.settings(new RegistryFlags());
        check(out, "Linux", System.getProperty("os.name").equals("Linux"), System.getProperty("os.version"));
        check(
                out,
                "Java 17 or newer",
                true,
                System.getProperty("java.version") + ", " + System.getProperty("java.home"));
        check(
                out,
                "the sandbox program",
                Files.isExecutable(settings.sandboxProgram()),
                settings.sandboxProgram().toString());
        check(
                out,
                "overlayfs",
                contains("/proc/filesystems", "overlay"),
                "/proc/filesystems; modprobe overlay loads it");
        for (String namespace : new String[] {"mnt", "pid", "ipc", "uts", "net", "cgroup"}) {
            check(out, namespace + " namespaces", Files.exists(Path.of("/proc/self/ns", namespace)), "/proc/self/ns");
        }
        sandbox(out, settings);
        check(out, "the store", usable(settings.root()), settings.root().toString());
        out.println(healthy ? "Builds should work here." : "Builds will not work here before the above is mended.");
        return healthy ? ExitCode.OK : ExitCode.FAILED;
    }

    private void check(PrintStream out, String what, boolean good, String detail) {
        healthy &= good;
        out.println((good ? "ok       " : "MISSING  ") + what + " (" + detail + ")");
    }

    /** Not what the kernel says it has but whether a container starts. */
    private void sandbox(PrintStream out, EngineSettings settings) {
        Path scratch = Files.isWritable(settings.root())
                ? settings.root().resolve("run")
                : Path.of(System.getProperty("java.io.tmpdir"));
        Optional<JbuildException> problem = Engine.sandboxProblem(settings, scratch);
        String detail = problem.map(JbuildException::what).orElse("one was started and ended well");
        check(out, "containers", problem.isEmpty(), detail);
        problem.ifPresent(failure -> failure.hints().forEach(hint -> out.println("         hint: " + hint)));
    }

    private static boolean contains(String file, String word) {
        try {
            return Files.readString(Path.of(file), StandardCharsets.UTF_8).contains(word);
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether the root can be written to, or made. */
    private static boolean usable(Path root) {
        Path existing = root.toAbsolutePath();
        while (!Files.exists(existing)) {
            existing = existing.resolveSibling("..").normalize();
        }
        return Files.isWritable(existing);
    }
}
