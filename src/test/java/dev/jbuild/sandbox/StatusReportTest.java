package dev.jbuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.StepUsage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StatusReportTest {
    private static final String EXIT =
            String.join("\0", "exit", "139", "11", "2500", "1500", "4096", "512", "1024", "");

    private static RunResult result(String records) throws JbuildException {
        return StatusReport.parse(records.getBytes(StandardCharsets.UTF_8)).result(125);
    }

    @Test
    void exitTellsStatusSignalAndUsage() throws Exception {
        StepUsage usage =
                new StepUsage(Duration.ZERO, Duration.ofNanos(2_500_000), Duration.ofNanos(1_500_000), 4096, 512, 1024);
        assertThat(result(EXIT)).isEqualTo(new RunResult(139, 11, "", usage, 0));
    }

    @Test
    void failureToExecuteComesBeforeTheExit() throws Exception {
        RunResult result = result(String.join(
                "\0",
                "exec",
                "127",
                "exec: \"x\": executable file not found in $PATH",
                "exit",
                "127",
                "0",
                "1",
                "2",
                "3",
                "4",
                "5",
                ""));
        assertThat(result.status()).isEqualTo(127);
        assertThat(result.startFailure()).isEqualTo("exec: \"x\": executable file not found in $PATH");
    }

    @Test
    void missingReportIsExplained() {
        assertThatThrownBy(() -> result(""))
                .isInstanceOf(EnvironmentError.class)
                .hasMessageContaining("status 125");
    }

    @Test
    void refusedNamespacesHintAtDoctor() {
        JbuildException problem = failure("clone", 1, "Operation not permitted", "namespaces");
        assertThat(problem).isInstanceOf(EnvironmentError.class);
        assertThat(problem.what()).isEqualTo("cannot set up the sandbox: clone namespaces: operation not permitted");
        assertThat(problem.hints()).anyMatch(hint -> hint.contains("jbuild doctor"));
    }

    @Test
    void missingOverlayAndFullDisksAreExplained() {
        assertThat(failure("mount overlay", 19, "No such device", "fsopen").hints())
                .containsExactly("the kernel lacks overlayfs: try `modprobe overlay`");
        assertThat(failure("mkdir", 28, "No space left on device", "x").hints())
                .containsExactly("free some disk space");
        assertThat(failure("clone", 28, "No space left on device", "namespaces").hints())
                .singleElement()
                .asString()
                .contains("/proc/sys/user");
        assertThat(failure("setgroups", 22, "Invalid argument", "").hints()).isEmpty();
    }

    @Test
    void wrongTargetsAreTheUsersToMend() {
        assertThat(failure("mount", 20, "Not a directory", "/etc/passwd"))
                .isInstanceOf(UserError.class)
                .hasMessage("cannot mount /etc/passwd: not a directory");
    }

    private static JbuildException failure(String call, int errno, String reason, String about) {
        String records = String.join("\0", "setup", call, Integer.toString(errno), reason, about, EXIT);
        try {
            throw new AssertionError(result(records).toString());
        } catch (JbuildException e) {
            return e;
        }
    }
}
