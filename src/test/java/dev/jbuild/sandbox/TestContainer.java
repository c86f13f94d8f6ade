package dev.jbuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.fs.Trees;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A root file system with busybox in it, and what a test wants to be different from the usual. */
final class TestContainer {
    private static final Path BUSYBOX = Path.of("/bin/busybox");
    private static final List<String> APPLETS = List.of(
            "cat",
            "chmod",
            "cut",
            "env",
            "find",
            "grep",
            "head",
            "hostname",
            "id",
            "ip",
            "kill",
            "ls",
            "mkdir",
            "mknod",
            "mount",
            "mv",
            "ps",
            "pwd",
            "readlink",
            "rm",
            "sh",
            "sleep",
            "stat",
            "su",
            "touch",
            "true",
            "umount",
            "wc",
            "dd",
            "ln",
            "yes",
            "test",
            "tty",
            "stty",
            "setsid",
            "nohup");

    final Path base;
    final Path image;
    final Path upper;
    final Path work;
    final List<Path> lowers = new ArrayList<>();
    final List<Mount> mounts = new ArrayList<>();
    final List<String> env = new ArrayList<>(List.of("PATH=/bin"));
    final List<String> hosts = new ArrayList<>();
    /** What runs wanted to be known. */
    final List<String> notices = new ArrayList<>();

    final Cancellation cancellation = new Cancellation();
    List<Long> groups = List.of();
    String cwd = "/";
    long uid;
    long gid;
    NetworkMode network = NetworkMode.NONE;
    String searchPath = System.getenv("PATH");
    /** An OCI runtime that is to do it; none if it is empty. */
    String runtime = "";

    /** How the root is to be made; by the best way if absent. */
    Optional<StorageDriver> storage = Optional.empty();

    boolean classicOverlay;
    boolean readOnly;
    boolean terminal;
    boolean interactive;
    Confinement confinement = Confinement.DEFAULT;

    /** What a process printed and how it ended. */
    record Ran(RunResult result, String out, String err) {
        Ran succeeded() {
            assertThat(result.startFailure() + err).isEmpty();
            assertThat(result.status()).isZero();
            return this;
        }
    }

    TestContainer(Path base) throws IOException {
        this.base = base;
        image = Files.createDirectories(base.resolve("image"));
        upper = Files.createDirectories(base.resolve("upper"));
        work = Files.createDirectories(base.resolve("work"));
        Path bin = Files.createDirectories(image.resolve("bin"));
        Files.copy(BUSYBOX, bin.resolve("busybox"));
        for (String applet : APPLETS) {
            Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
        }
        lowers.add(image);
    }

    static Path program() {
        return Path.of(System.getProperty("jbuild.dist", "target/jbuild"), "libexec", "jbuild-sandbox");
    }

    Path scratch() {
        return base.resolve("scratch");
    }

    RunSpec spec(List<String> args) {
        return new RunSpec(
                new Root(lowers, upper, work, readOnly),
                args,
                env,
                cwd,
                uid,
                gid,
                groups,
                network,
                "buildkitsandbox",
                mounts,
                hosts,
                terminal,
                interactive,
                confinement,
                NameServers.OF_HOST);
    }

    Ran run(String... args) throws JbuildException {
        Captured output = new Captured();
        return output.ran(run(output, args));
    }

    private final class Captured implements Sandbox.Output {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final ByteArrayOutputStream err = new ByteArrayOutputStream();

        @Override
        public void stdout(byte[] bytes, int length) {
            out.write(bytes, 0, length);
        }

        @Override
        public void stderr(byte[] bytes, int length) {
            err.write(bytes, 0, length);
        }

        @Override
        public void notice(String text) {
            notices.add(text);
        }

        Ran ran(RunResult result) {
            return new Ran(result, out.toString(StandardCharsets.ISO_8859_1), err.toString(StandardCharsets.UTF_8));
        }
    }

    RunResult run(Sandbox.Output output, String... args) throws JbuildException {
        emptyWorkDirectory();
        RunSpec spec = spec(Arrays.asList(args));
        return withSandbox(sandbox -> sandbox.run(spec, output, cancellation));
    }

    private interface Use<T> {
        T with(Sandbox sandbox) throws JbuildException;
    }

    private <T> T withSandbox(Use<T> use) throws JbuildException {
        if (!runtime.isEmpty()) {
            try (OciSandbox sandbox = new OciSandbox(runtime, program(), scratch(), searchPath, storage)) {
                return use.with(sandbox);
            }
        }
        try (NativeSandbox sandbox = new NativeSandbox(program(), scratch(), searchPath, storage, classicOverlay)) {
            return use.with(sandbox);
        }
    }

    /** An overlay must not find what another one left there. */
    void emptyWorkDirectory() {
        try {
            Trees.deleteRecursively(work);
            Files.createDirectory(work);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a shell script that must succeed, and returns what it printed. */
    String shell(String script) throws JbuildException {
        return run("sh", "-ec", script).succeeded().out();
    }

    /** Runs shell scripts in one sandbox after each other, which must succeed, and returns what they printed. */
    List<String> shells(String... scripts) throws JbuildException {
        return withSandbox(sandbox -> {
            List<String> printed = new ArrayList<>();
            for (String script : scripts) {
                Captured output = new Captured();
                emptyWorkDirectory();
                RunResult result = sandbox.run(spec(List.of("sh", "-ec", script)), output, cancellation);
                printed.add(output.ran(result).succeeded().out());
            }
            return printed;
        });
    }

    /** All paths of the upper directory. */
    List<String> changed() throws IOException {
        try (var paths = Files.walk(upper)) {
            return paths.filter(path -> !path.equals(upper))
                    .map(path -> "/" + upper.relativize(path))
                    .sorted()
                    .toList();
        }
    }
}
