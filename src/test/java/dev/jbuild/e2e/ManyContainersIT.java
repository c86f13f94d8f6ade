package dev.jbuild.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many containers in the background at once; how many is {@code -Djbuild.containers=100}. */
@CalledInProcess
class ManyContainersIT extends EndToEnd {
    private static final int COUNT = Integer.getInteger("jbuild.containers", 6);

    /** What a container could leave on the machine. */
    private record Leavings(List<String> processes, List<String> mounts, List<String> groups, long descriptors) {}

    private Leavings leavings() throws IOException {
        try (Stream<Path> own = Files.list(Path.of("/proc/self/fd"))) {
            return new Leavings(
                    lines("ps -eo args | grep '[j]build-sandbox.*" + temp + "' || true"),
                    lines("grep -h " + temp + " /proc/[0-9]*/mountinfo 2>/dev/null | sort -u || true"),
                    lines("find /sys/fs/cgroup -type d -name 'jbuild-container-*'"),
                    own.count());
        }
    }

    private static List<String> lines(String script) {
        return new String(Program.shell(script), StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    @Timeout(900)
    void nothingOfThemIsLeft() throws Exception {
        jbuild.withBusybox();
        jbuild.run("run", "--network=none", "busybox", "true").succeeded();
        Leavings before = leavings();
        long begun = System.nanoTime();

        List<String> ids = start();
        assertThat(jbuild.run("ps", "-q").succeeded().out().lines()).hasSize(COUNT);
        Leavings during = leavings();
        assertThat(during.processes()).hasSizeGreaterThanOrEqualTo(COUNT);
        assertThat(during.groups().size()).isGreaterThanOrEqualTo(COUNT);
        monitorsHoldOnlyTheirOwn();
        for (int i = 0; i < COUNT; i++) {
            assertThat(jbuild.run("logs", ids.get(i)).succeeded().out()).isEqualTo("worked " + i + "\n");
        }
        call("stop", ids);
        assertThat(jbuild.run("ps", "-q").succeeded().out()).isEmpty();
        call("rm", ids);

        System.out.printf("%d containers in %.1f s%n", COUNT, (System.nanoTime() - begun) / 1e9);
        Leavings after = leavings();
        assertThat(after.processes()).isEqualTo(before.processes());
        assertThat(after.mounts()).isEqualTo(before.mounts());
        assertThat(after.groups()).isEqualTo(before.groups());
        // Not one for each; the JVM opens some of its own as it goes.
        assertThat(after.descriptors()).isLessThan(before.descriptors() + 6);
    }

    private List<String> start() throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(4);
        try {
            List<Future<String>> started = new ArrayList<>();
            for (int i = 0; i < COUNT; i++) {
                String script = "echo worked " + i + "; trap 'exit 0' TERM; sleep 1000 & wait";
                started.add(
                        callers.submit(() -> jbuild.run("run", "-d", "--network=none", "busybox", "sh", "-c", script)
                                .succeeded()
                                .out()
                                .strip()));
            }
            List<String> ids = new ArrayList<>();
            for (Future<String> one : started) {
                ids.add(one.get());
            }
            return ids;
        } finally {
            callers.shutdown();
        }
    }

    /** None has a descriptor that leads to another container, and none more than a few. */
    private void monitorsHoldOnlyTheirOwn() throws IOException {
        List<String> monitors = lines("pgrep -f '[j]build-sandbox.*" + temp + "'");
        for (String monitor : monitors) {
            List<String> held = lines("ls -l /proc/" + monitor + "/fd 2>/dev/null | sed -n 's/.* -> //p'");
            List<String> places = held.stream()
                    .filter(path -> path.contains("/containers/"))
                    .map(path -> path.replaceFirst(".*/containers/([^/]*).*", "$1"))
                    .distinct()
                    .toList();
            assertThat(places).as("%s", held).hasSizeLessThanOrEqualTo(1);
            assertThat(held).hasSizeLessThan(24);
        }
    }

    private void call(String command, List<String> ids) {
        List<String> words = new ArrayList<>(List.of(command));
        words.addAll(ids);
        jbuild.run(words.toArray(String[]::new)).succeeded();
    }
}
