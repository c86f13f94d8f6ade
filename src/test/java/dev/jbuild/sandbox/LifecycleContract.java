package dev.jbuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.problem.BuildCancelled;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.sandbox.TestContainer.Ran;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How runs end: by themselves, by signals, by cancellation, by the death of whoever started them. */
@Tag("kernel")
@Timeout(60)
abstract class LifecycleContract {
    private static final Duration SOON = Duration.ofSeconds(1);

    @TempDir
    Path base;

    TestContainer container;

    /** The OCI runtime that does it; none if it is empty. */
    abstract String runtime();
    /** A number of seconds that no other process of this machine sleeps. */
    private String seconds;

    @BeforeEach
    void makeContainer() throws IOException {
        container = container(base);
        seconds = "99" + (System.nanoTime() % 1_000_000_000);
    }

    private TestContainer container(Path directory) throws IOException {
        TestContainer made = new TestContainer(directory);
        made.runtime = runtime();
        return made;
    }

    private Path program() {
        return TestContainer.program();
    }

    @Test
    void processesLeftInTheBackgroundAreKilled() throws Exception {
        Ran ran = container.run("sh", "-c", "setsid nohup sleep %s & sleep %s & exit 3".formatted(seconds, seconds));
        assertThat(ran.result().status()).isEqualTo(3);
        assertThat(sleepers()).isEmpty();
        assertNothingIsLeft();
    }

    @Test
    void usageCountsOrphans() throws Exception {
        Files.writeString(
                container.image.resolve("burn"), "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; touch /done");
        RunResult result = container
                .run("sh", "-c", "sh -c 'sh /burn &'; while [ ! -e /done ]; do sleep 0.1; done")
                .result();
        assertThat(result.usage().cpuTime()).isGreaterThan(Duration.ofMillis(50));
    }

    @Test
    void fatalSignalsBecomeStatuses() throws Exception {
        RunResult result = whileRunning(this::killCommand).get(10, TimeUnit.SECONDS);
        assertThat(result.status()).isEqualTo(128 + 9);
        assertThat(result.signal()).isEqualTo(9);
        assertThat(container
                        .run("sh", "-c", "sh -c 'kill -TERM $$'; exit $?")
                        .result()
                        .status())
                .isEqualTo(143);
    }

    @Test
    void cancellationLeavesNothing() throws Exception {
        Instant[] asked = new Instant[1];
        CompletableFuture<RunResult> run = whileRunning(() -> {
            asked[0] = Instant.now();
            container.cancellation.cancel();
        });
        assertThatThrownBy(() -> run.get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(BuildCancelled.class);
        assertThat(Duration.between(asked[0], Instant.now())).isLessThan(SOON);
        assertThat(sleepers()).isEmpty();
        assertNothingIsLeft();
    }

    @Test
    void cancelledBeforeItBegins() {
        container.cancellation.cancel();
        assertThatThrownBy(() -> container.run("true")).isInstanceOf(BuildCancelled.class);
    }

    @Test
    void cancelledWhileItBegins() throws Exception {
        for (int i = 0; i < 20; i++) {
            container = container(Files.createDirectory(base.resolve("c" + i)));
            CompletableFuture<RunResult> run = start("sleep", seconds);
            Thread.sleep(i);
            container.cancellation.cancel();
            assertThatThrownBy(() -> run.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(BuildCancelled.class);
            assertThat(sleepers()).isEmpty();
        }
    }

    @Test
    void killingTheLauncherKillsTheTree() throws Exception {
        CompletableFuture<RunResult> run = whileRunning(this::killLauncher);
        assertThatThrownBy(() -> run.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(EnvironmentError.class);
        awaitNoSleepers();
        assertNothingIsLeft();
    }

    @Test
    void killingTheLauncherKillsACommandThatChangedItsIdentity() throws Exception {
        Path suid = container.image.resolve("bin/busybox");
        Files.setPosixFilePermissions(suid, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(new ProcessBuilder("chmod", "4755", suid.toString()).start().waitFor())
                .isZero();
        container.uid = 4321;
        CompletableFuture<RunResult> run = start("sleep", seconds);
        awaitSleeper();
        killLauncher();
        assertThatThrownBy(() -> run.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(EnvironmentError.class);
        awaitNoSleepers();
        assertNothingIsLeft();
    }

    @Test
    void deathOfTheJvmKillsTheTree() throws Exception {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djbuild.dist=" + System.getProperty("jbuild.dist", "target/jbuild"),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Victim.class.getName(),
                        base.resolve("victim").toString(),
                        seconds,
                        runtime())
                .inheritIO()
                .start();
        awaitSleeper();
        jvm.destroyForcibly().waitFor();
        awaitNoSleepers();
        assertNothingIsLeft();
    }

    /** Runs a container until it is killed. */
    static final class Victim {
        public static void main(String[] args) throws Exception {
            TestContainer container = new TestContainer(Path.of(args[0]));
            container.runtime = args[2];
            container.run("sleep", args[1]);
        }
    }

    @Test
    void outputThatFailsEndsTheRun() throws Exception {
        Sandbox.Output failing = new Sandbox.Output() {
            @Override
            public void stdout(byte[] bytes, int length) {}

            @Override
            public void stderr(byte[] bytes, int length) {
                throw new IllegalStateException("sink is full");
            }

            @Override
            public void notice(String text) {}
        };
        assertThatThrownBy(() -> container.run(failing, "sh", "-c", "yes >&2; sleep " + seconds))
                .hasRootCauseMessage("sink is full");
        assertThat(sleepers()).isEmpty();
        assertNothingIsLeft();
    }

    @Test
    void manyAtOnce() throws Exception {
        List<CompletableFuture<String>> runs = Stream.iterate(0, i -> i + 1)
                .limit(16)
                .map(i -> CompletableFuture.supplyAsync(() -> {
                    try {
                        return container(base.resolve("many" + i)).shell("echo " + i);
                    } catch (IOException | JbuildException e) {
                        throw new IllegalStateException(e);
                    }
                }))
                .toList();
        for (int i = 0; i < runs.size(); i++) {
            assertThat(runs.get(i).get(30, TimeUnit.SECONDS)).isEqualTo(i + "\n");
        }
    }

    private interface Action {
        void run() throws Exception;
    }

    /** Starts a container that sleeps, in the background too, and does something once it does. */
    private CompletableFuture<RunResult> whileRunning(Action action) throws Exception {
        CompletableFuture<RunResult> run =
                start("sh", "-c", "sleep %s & echo up; sleep %s; :".formatted(seconds, seconds));
        awaitSleeper();
        action.run();
        return run;
    }

    private CompletableFuture<RunResult> start(String... args) throws InterruptedException {
        CompletableFuture<RunResult> run = new CompletableFuture<>();
        CountDownLatch begun = new CountDownLatch(1);
        Thread thread = new Thread(() -> {
            begun.countDown();
            try {
                run.complete(container.run(args).result());
            } catch (JbuildException | RuntimeException e) {
                run.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        begun.await();
        return run;
    }

    /** Kills process 1 of the container. */
    private void killCommand() {
        launcher()
                .children()
                .filter(child -> child.children().findAny().isPresent())
                .findAny()
                .orElseThrow()
                .destroyForcibly();
    }

    private void killLauncher() {
        launcher().destroyForcibly();
    }

    private ProcessHandle launcher() {
        return ProcessHandle.current()
                .children()
                .filter(child -> commandLine(child.pid()).startsWith(program().toAbsolutePath() + " run"))
                .findAny()
                .orElseThrow();
    }

    private List<Long> sleepers() {
        return ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(pid -> commandLine(pid).equals("sleep " + seconds))
                .toList();
    }

    static String commandLine(long pid) {
        try {
            byte[] words = Files.readAllBytes(Path.of("/proc/" + pid + "/cmdline"));
            return new String(words, StandardCharsets.UTF_8).replace('\0', ' ').strip();
        } catch (IOException e) {
            return "";
        }
    }

    private void awaitSleeper() throws InterruptedException {
        Instant end = Instant.now().plusSeconds(20);
        while (sleepers().isEmpty() && Instant.now().isBefore(end)) {
            Thread.sleep(5);
        }
        assertThat(sleepers()).isNotEmpty();
    }

    private void awaitNoSleepers() throws InterruptedException {
        Instant end = Instant.now().plus(SOON);
        while (!sleepers().isEmpty() && Instant.now().isBefore(end)) {
            Thread.sleep(5);
        }
        assertThat(sleepers()).isEmpty();
    }

    private void assertNothingIsLeft() throws IOException {
        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(base.toString());
        assertThat(ProcessHandle.current().children().map(child -> commandLine(child.pid())))
                .noneMatch(line -> line.startsWith(program().toString()));
    }
}
