package dev.jbuild.e2e;

import dev.jbuild.cli.ProgramInProcess;
import dev.jbuild.testing.Needs;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The packaged program with a store of its own. */
final class Program {
    private static final long PATIENCE_SECONDS = 120;

    private final Path root;
    private final Path directory;
    private final Map<String, String> environment = new TreeMap<>();
    private List<String> surroundings = List.of();
    private Path launcher = launcher();
    private boolean inProcess;

    /**
     * @param root the store
     * @param directory where the program is called
     */
    Program(Path root, Path directory) {
        this.root = root;
        this.directory = directory;
    }

    /** What a call gave. */
    record Result(int status, String out, String err, byte[] bytes) {
        /** Fails with everything that was printed, unless the call succeeded. */
        Result succeeded() {
            return ended(0);
        }

        Result ended(int expected) {
            if (status != expected) {
                throw new AssertionError("exit status " + status + " instead of " + expected + "\n" + out + err);
            }
            return this;
        }
    }

    static Path launcher() {
        Path dist = Path.of(System.getProperty("jbuild.dist", "target/jbuild"));
        Path launcher = dist.resolve("bin").resolve("jbuild").toAbsolutePath();
        if (!Files.isExecutable(launcher)) {
            throw new AssertionError("the program is not packaged: there is no " + launcher);
        }
        return launcher;
    }

    Program env(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** Has the program run by a command that takes it as its last arguments. */
    void within(List<String> command) {
        surroundings = List.copyOf(command);
    }

    /** Has another copy of the program run. */
    void launchedBy(Path other) {
        launcher = other;
    }

    /** Has each call made in the process of the test, if nothing speaks against that. */
    Program inProcess() {
        inProcess = true;
        return this;
    }

    Path root() {
        return root;
    }

    Result run(String... args) {
        return run(new byte[0], args);
    }

    Result run(byte[] input, String... args) {
        if (inProcess && surroundings.isEmpty() && launcher.equals(launcher())) {
            Path home = launcher.getParent().getParent();
            ProgramInProcess program = new ProgramInProcess(home, directory, variables(System.getenv()), input);
            int status = program.run(args);
            return new Result(status, new String(program.out(), StandardCharsets.UTF_8), program.err(), program.out());
        }
        try {
            Process process = start(args);
            CompletableFuture<byte[]> out = CompletableFuture.supplyAsync(() -> all(process.getInputStream()));
            CompletableFuture<byte[]> err = CompletableFuture.supplyAsync(() -> all(process.getErrorStream()));
            try (OutputStream in = process.getOutputStream()) {
                in.write(input);
            } catch (IOException e) {
                // The program doesn't read its input: that is its right.
                assert e != null;
            }
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("still running after " + PATIENCE_SECONDS + " s: " + List.of(args));
            }
            byte[] bytes = out.join();
            return new Result(
                    process.exitValue(),
                    new String(bytes, StandardCharsets.UTF_8),
                    new String(err.join(), StandardCharsets.UTF_8),
                    bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    Process start(String... args) throws IOException {
        // What started the tests may ignore interrupts, as shells do for jobs in the background; a terminal's don't.
        List<String> command = new ArrayList<>(surroundings);
        command.addAll(List.of("env", "--default-signal=INT", launcher.toString()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        Map<String, String> variables = variables(builder.environment());
        builder.environment().clear();
        builder.environment().putAll(variables);
        return builder.start();
    }

    private Map<String, String> variables(Map<String, String> inherited) {
        Map<String, String> variables = new TreeMap<>(inherited);
        variables.put("JBUILD_ROOT", root.toString());
        variables.remove("JBUILD_PROGRESS");
        variables.remove("BUILDKIT_PROGRESS");
        variables.put("HOME", directory.toString());
        variables.put(
                "XDG_CACHE_HOME",
                launcher().resolve("../../../e2e-cache").normalize().toString());
        variables.putAll(environment);
        return variables;
    }

    /** What a terminal showed of a call. */
    record Shown(int status, String text) {}

    /**
     * Calls the program in a terminal in which a line is typed at each prompt.
     *
     * @param prompt what is on the screen then
     */
    Shown typing(String prompt, String line, String arguments) throws IOException, InterruptedException {
        Needs.machine(Files.isExecutable(Path.of("/usr/bin/script")), "script is not installed");
        String command = "'" + launcher() + "' --root '" + root + "' " + arguments;
        Process process = new ProcessBuilder("script", "-qec", command, "/dev/null")
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        StringBuilder shown = new StringBuilder();
        try (Reader out = process.inputReader(StandardCharsets.UTF_8)) {
            for (int c = out.read(); c >= 0; c = out.read()) {
                shown.append((char) c);
                if (shown.toString().endsWith(prompt)) {
                    process.outputWriter().append(line).append('\n').flush();
                }
            }
        }
        return new Shown(process.waitFor(), shown.toString());
    }

    static byte[] all(InputStream stream) {
        try (stream) {
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives the store an image {@code busybox} made of this machine's static busybox. */
    Program withBusybox() {
        Path busybox = Path.of("/bin/busybox");
        Needs.machine(Files.isExecutable(busybox), "there is no " + busybox + "; the package busybox-static has it");
        byte[] tar = shell("t=$(mktemp -d) && trap 'rm -rf $t' EXIT && chmod 755 $t && mkdir -p $t/bin $t/etc $t/tmp"
                + " && cp /bin/busybox $t/bin/ && for a in $($t/bin/busybox --list); do"
                + " [ $a = busybox ] || ln -s busybox $t/bin/$a; done"
                + " && echo root:x:0:0:root:/root:/bin/sh > $t/etc/passwd && echo root:x:0: > $t/etc/group"
                + " && tar -C $t --owner=0 --group=0 -cf - .");
        run(tar, "import", "-c", "CMD [\"sh\"]", "-", "busybox").succeeded();
        return this;
    }

    /** The standard output of a shell script, which must succeed. */
    static byte[] shell(String script) {
        try {
            Process process = new ProcessBuilder("sh", "-c", script)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            process.getOutputStream().close();
            byte[] out = all(process.getInputStream());
            if (process.waitFor() != 0) {
                throw new AssertionError("exit status " + process.exitValue() + " of " + script);
            }
            return out;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
