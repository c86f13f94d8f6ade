package dev.jbuild.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class InterruptIT extends EndToEnd {
    /** An argument that no other process of this machine has. */
    private static final String SLEEP = "98765." + ProcessHandle.current().pid();

    @Test
    void ctrlCEndsTheWholeTreeAndLeavesNothing() throws Exception {
        jbuild.withBusybox();
        write(
                "Buildfile",
                "FROM busybox\nRUN (trap '' TERM INT; sleep " + SLEEP + ") & echo begun; touch /half; wait\n");
        Process process = jbuild.start("build", "--progress=plain", ".");
        try (BufferedReader err =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
            String line = err.readLine();
            while (line != null && !line.endsWith(" begun")) {
                line = err.readLine();
            }
            assertThat(line).isNotNull();
            long began = System.nanoTime();
            Program.shell("kill -INT " + process.pid());
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(3));
            assertThat(err.lines().toList()).anyMatch(l -> l.endsWith(" CANCELED"));
        }
        assertThat(process.exitValue()).isEqualTo(130);
        assertThat(processes()).doesNotContain(SLEEP);
        assertThat(layers()).isEqualTo(1);
        jbuild.run("run", "busybox", "true").succeeded();
    }

    private long layers() throws IOException {
        try (Stream<Path> layers = Files.list(jbuild.root().resolve("layers"))) {
            return layers.filter(layer -> Files.isDirectory(layer.resolve("fs")))
                    .count();
        }
    }

    private static String processes() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path process : processes
                    .filter(p -> p.getFileName().toString().matches("[0-9]+"))
                    .toList()) {
                try {
                    byte[] command = Files.readAllBytes(process.resolve("cmdline"));
                    all.append(new String(command, StandardCharsets.UTF_8).replace('\0', ' '))
                            .append('\n');
                } catch (IOException e) {
                    continue; // it has ended meanwhile
                }
            }
        }
        return all.toString();
    }
}
