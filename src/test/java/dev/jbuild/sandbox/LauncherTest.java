package dev.jbuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LauncherTest {
    private final Launcher launcher = new Launcher(TestContainer.program().toAbsolutePath());

    /** Processes of this program that this JVM started. */
    private static List<ProcessHandle> running() {
        String program = TestContainer.program().toAbsolutePath().toString();
        return ProcessHandle.current()
                .children()
                .filter(child -> child.info().command().filter(program::equals).isPresent())
                .toList();
    }

    private static void awaitRunning(int count) throws InterruptedException {
        Instant end = Instant.now().plus(Duration.ofSeconds(10));
        while (running().size() != count && Instant.now().isBefore(end)) {
            Thread.sleep(10);
        }
        assertThat(running()).hasSize(count);
    }

    private static void end(Process process) throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Test
    void aSingleRunLeavesNoSpare() throws Exception {
        Process process = launcher.start();
        launcher.begun();
        end(process);
        Thread.sleep(100);
        assertThat(running()).isEmpty();
        launcher.close();
    }

    @Test
    void theThirdIsStartedInAdvance() throws Exception {
        end(launcher.start());
        launcher.begun();
        end(launcher.start());
        launcher.begun();
        awaitRunning(1);
        long spare = running().get(0).pid();
        Process third = launcher.start();
        assertThat(third.pid()).isEqualTo(spare);
        end(third);
        launcher.close();
    }

    @Test
    void aSpareThatDiedIsReplaced() throws Exception {
        launcher.begun();
        launcher.begun();
        awaitRunning(1);
        ProcessHandle spare = running().get(0);
        spare.destroyForcibly();
        spare.onExit().join();
        Process process = launcher.start();
        assertThat(process.isAlive()).isTrue();
        end(process);
        launcher.close();
    }

    @Test
    void closingEndsTheSpare() throws Exception {
        launcher.begun();
        launcher.begun();
        awaitRunning(1);
        launcher.close();
        assertThat(running()).isEmpty();
        launcher.begun();
        Thread.sleep(100);
        assertThat(running()).isEmpty();
    }

    @Test
    void whoStartsHearsWhyThatFails() throws Exception {
        Launcher absent = new Launcher(Path.of("/absent/program"));
        absent.begun();
        absent.begun();
        assertThatThrownBy(absent::start).isInstanceOf(IOException.class).hasMessageContaining("/absent/program");
        absent.close();
    }
}
