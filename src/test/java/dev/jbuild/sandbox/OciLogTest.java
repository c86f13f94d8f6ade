package dev.jbuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.problem.EnvironmentError;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OciLogTest {
    private static final OciRuntime RUNTIME = new OciRuntime(Path.of("/usr/bin/runc"), true);

    private static RunResult result(int status, String log) throws EnvironmentError {
        RunResult ended = new RunResult(status, 0, "", RunResult.NO_USAGE, 0);
        return OciLog.parse(log).result(ended, RUNTIME, "/app");
    }

    private static String error(String message) {
        return "{\"level\":\"error\",\"msg\":\"" + message + "\",\"time\":\"2026\"}\n";
    }

    @Test
    void statusesOfCommandsAreTheirOwn() throws Exception {
        assertThat(result(7, "{\"level\":\"warning\",\"msg\":\"odd\"}\n").status())
                .isEqualTo(7);
        assertThat(result(143, ""))
                .extracting(RunResult::status, RunResult::signal)
                .containsExactly(143, 15);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "runc run failed: unable to start container process: exec: '/app': stat /app: no such file or directory"
                        + " | 127 | exec: '/app': stat /app: no such file or directory",
                "runc run failed: unable to start container process: exec: 'app': executable file not found in $PATH"
                        + " | 127 | exec: 'app': executable file not found in $PATH",
                "executable file `/app` not found: No such file or directory"
                        + " | 127 | exec: '/app': stat /app: no such file or directory",
                "open executable: Permission denied | 126 | exec: '/app': permission denied",
                "exec container process `/app`: Exec format error | 126 | exec /app: exec format error",
            })
    void commandsThatCannotBeExecutedAreToldAsRuncDoes(String said, int status, String failure) throws Exception {
        RunResult result = result(1, error(said.replace("'", "\\\"")));
        assertThat(result.status()).isEqualTo(status);
        assertThat(result.startFailure()).isEqualTo(failure.replace('\'', '"'));
    }

    @Test
    void whatElseFailsIsTheMachines() {
        assertThatThrownBy(() -> result(1, error("runc run failed: no disk")))
                .isInstanceOf(EnvironmentError.class)
                .hasMessage("runc can't make the container: runc run failed: no disk");
    }
}
