package dev.jbuild.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Builds at once in several processes, which share steps. What ran is told by files of a volume that all steps write to. */
class ConcurrentBuildsIT extends EndToEnd {
    private static final int BUILDS = 8;
    private static final int SHARED = 8;
    private static final String WAITING = "waiting for another build that runs this step";

    private final List<Running> all = new ArrayList<>();

    @BeforeEach
    void prepare() throws IOException {
        jbuild.withBusybox();
        Files.createDirectory(log());
    }

    private Path log() {
        return work().resolve("log");
    }

    /** @param err what was printed so far */
    private record Running(Process process, StringBuffer err, CompletableFuture<Void> whole) {
        static Running of(Process process) {
            StringBuffer err = new StringBuffer();
            return new Running(process, err, CompletableFuture.runAsync(() -> {
                try (BufferedReader lines = process.errorReader(StandardCharsets.UTF_8)) {
                    lines.lines().forEach(line -> err.append(line).append('\n'));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }));
        }

        void says(String text) throws InterruptedException {
            for (int i = 0; err.indexOf(text) < 0; i++) {
                assertThat(i).as("waiting for \"%s\" in %s", text, err).isLessThan(2400);
                Thread.sleep(50);
            }
        }

        String ended(int status) throws InterruptedException {
            assertThat(process.waitFor(240, TimeUnit.SECONDS)).isTrue();
            whole.join();
            assertThat(process.exitValue()).as(err.toString()).isEqualTo(status);
            return err.toString();
        }
    }

    private Running start(String... flags) throws IOException {
        List<String> args = new ArrayList<>(List.of(
                "build", "--progress=plain", "--allow", "host.mount", "-v", log() + ":/log", "-f", "Buildfile"));
        args.addAll(List.of(flags));
        args.add(Files.createDirectories(work().resolve("context")).toString());
        Process process = jbuild.start(args.toArray(String[]::new));
        process.getOutputStream().close();
        Running running = Running.of(process);
        all.add(running);
        return running;
    }

    private Map<String, Integer> runs() throws IOException {
        Path file = log().resolve("runs");
        Map<String, Integer> runs = new TreeMap<>();
        if (Files.exists(file)) {
            Files.readAllLines(file).forEach(line -> runs.merge(line, 1, Integer::sum));
        }
        return runs;
    }

    private void await(String step) throws Exception {
        for (int i = 0; !runs().containsKey(step); i++) {
            assertThat(i).as("waiting for %s", step).isLessThan(2400);
            Thread.sleep(50);
        }
    }

    /** Of each build four fifths of the steps are those of all the others, in stages that run at once. */
    private void mostlyShared() {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= SHARED; i++) {
            String from = i % 2 == 1 ? "busybox" : "s" + (i - 1);
            text.append("FROM " + from + " AS s" + i + "\n");
            text.append("RUN echo s" + i + " >> /log/runs && sleep 0.3 && echo " + i + " > /out" + i + "\n");
        }
        text.append("FROM busybox\n");
        for (int i = 2; i <= SHARED; i += 2) {
            text.append("COPY --from=s" + i + " /out* /\n");
        }
        text.append("ARG WHO\nRUN echo own-$WHO >> /log/runs && cat /out* > /all\nRUN echo own-$WHO >> /log/runs\n");
        write("Buildfile", text.toString());
    }

    private List<Running> startAll() throws IOException {
        List<Running> builds = new ArrayList<>();
        for (int i = 0; i < BUILDS; i++) {
            builds.add(start("--build-arg", "WHO=" + i, "-t", "image" + i));
        }
        return builds;
    }

    @Test
    void eachSharedStepRunsOnce() throws Exception {
        mostlyShared();
        StringBuilder told = new StringBuilder();
        for (Running build : startAll()) {
            told.append(build.ended(0));
        }
        Map<String, Integer> expected = new TreeMap<>();
        IntStream.rangeClosed(1, SHARED).forEach(i -> expected.put("s" + i, 1));
        IntStream.range(0, BUILDS).forEach(i -> expected.put("own-" + i, 2));
        assertThat(runs()).isEqualTo(expected);
        assertThat(told).contains(WAITING);
        assertThat(jbuild.run("run", "image5", "cat", "/all").succeeded().out())
                .isEqualTo(
                        IntStream.rangeClosed(1, SHARED).mapToObj(i -> i + "\n").collect(Collectors.joining()));
        assertThat(Files.size(jbuild.root().resolve("steps.lock"))).isZero();
    }

    @Test
    void killingOneDoesNotFailTheOthers() throws Exception {
        mostlyShared();
        List<Running> builds = startAll();
        await("s1");
        int killed = new Random().nextInt(BUILDS);
        Thread.sleep(new Random().nextInt(400));
        builds.get(killed).process().destroyForcibly();
        for (int i = 0; i < BUILDS; i++) {
            if (i != killed) {
                builds.get(i).ended(0);
            }
        }
        Map<String, Integer> runs = runs();
        for (int i = 1; i <= SHARED; i++) {
            // What the killed one ran is run once more.
            assertThat(runs.get("s" + i)).as("s" + i).isBetween(1, 2);
        }
    }

    /** A step that says it runs, and then waits until the test lets it go on. */
    private void held(String then) {
        write(
                "Buildfile",
                "FROM busybox\nRUN echo s >> /log/runs; while ! test -e /log/go; do sleep 0.1; done; " + then + "\n");
    }

    @Test
    void whoWaitsTakesOverFromWhoIsKilled() throws Exception {
        held("echo s > /s");
        Running first = start();
        await("s");
        Running second = start("-t", "x");
        second.says(WAITING);
        assertThat(runs()).containsEntry("s", 1);
        first.process().destroyForcibly();
        first.process().onExit().join();
        write("log/go", "");
        assertThat(second.ended(0)).doesNotContain("CACHED");
        assertThat(runs()).containsEntry("s", 2);
        assertThat(jbuild.run("run", "x", "cat", "/s").succeeded().out()).isEqualTo("s\n");
    }

    @Test
    void aFailureIsNotShared() throws Exception {
        held("mkdir /log/once || exit 0; exit 3");
        Running first = start();
        await("s");
        Running second = start();
        second.says(WAITING);
        write("log/go", "");
        assertThat(first.ended(1)).contains("exit code: 3");
        second.ended(0);
        assertThat(runs()).containsEntry("s", 2);
    }

    @Test
    void whoWaitsCanBeCancelled() throws Exception {
        held("true");
        Running first = start();
        await("s");
        Running second = start();
        second.says(WAITING);
        second.process().destroy();
        assertThat(second.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(second.process().exitValue()).isNotZero();
        write("log/go", "");
        first.ended(0);
        assertThat(runs()).containsEntry("s", 1);
    }

    @Test
    void withoutCacheNothingIsWaitedFor() throws Exception {
        write(
                "Buildfile",
                "FROM busybox\nRUN echo s >> /log/runs; until test $(grep -c s /log/runs) = 2; do sleep 0.1; done\n");
        Running first = start();
        await("s");
        assertThat(start("--no-cache").ended(0)).doesNotContain(WAITING);
        first.ended(0);
        assertThat(runs()).containsEntry("s", 2);
    }

    @Test
    void aCachedBuildTouchesNoLock() throws Exception {
        write("Buildfile", "FROM busybox\nRUN echo s >> /log/runs\n");
        start().ended(0);
        Path lock = jbuild.root().resolve("steps.lock");
        Files.delete(lock);
        assertThat(start().ended(0)).contains("CACHED");
        assertThat(lock).doesNotExist();
        assertThat(runs()).containsEntry("s", 1);
    }

    @Test
    void lockedCacheMountsAndSharedStepsDoNotBlockEachOther() throws Exception {
        StringBuilder text = new StringBuilder();
        for (String stage : List.of("a", "b", "c")) {
            text.append("FROM busybox AS " + stage + "\nRUN --mount=type=cache,id=one,target=/one,sharing=locked"
                    + " --mount=type=cache,id=two,target=/two,sharing=locked"
                    + " echo " + stage + " >> /log/runs && sleep 0.2 && echo x > /" + stage + "\n");
        }
        text.append("FROM busybox\nCOPY --from=a /a /\nCOPY --from=b /b /\nCOPY --from=c /c /\n");
        write("Buildfile", text.toString());
        List<Running> builds = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            builds.add(start("--jobs", String.valueOf(1 + i % 2)));
        }
        for (Running build : builds) {
            build.ended(0);
        }
        assertThat(runs()).isEqualTo(Map.of("a", 1, "b", 1, "c", 1));
    }

    @AfterEach
    void endAll() {
        all.forEach(build -> build.process().destroyForcibly());
        all.forEach(build -> build.process().onExit().join());
    }
}
