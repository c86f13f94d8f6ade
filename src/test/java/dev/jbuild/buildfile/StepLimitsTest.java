package dev.jbuild.buildfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.problem.UserError;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StepLimitsTest {
    private static StepLimits parse(String head, String flags) throws UserError {
        Buildfile file = Buildfile.parse("Buildfile", head + "FROM scratch\nRUN " + flags + " x\n");
        return ((Instruction.Run) file.stages().get(0).instructions().get(0)).limits();
    }

    @Test
    void nothingIsLimitedByItself() throws Exception {
        assertThat(parse("", "")).isEqualTo(StepLimits.NONE);
    }

    @Test
    void allFlags() throws Exception {
        assertThat(parse("", "--timeout=90s --retry=3 --memory=1g --cpus=.5"))
                .isEqualTo(new StepLimits(
                        Optional.of(Duration.ofSeconds(90)),
                        3,
                        OptionalLong.of(1 << 30),
                        OptionalLong.of(500_000_000)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--timeout=0", "--timeout=-1s", "--timeout=5", "--timeout=1us", "--retry=-1", "--retry=x",
                        "--retry=101",
                "--memory=0", "--memory=-5m", "--memory=lots", "--cpus=0", "--cpus=-1", "--cpus=1e9", "--cpus=x"
            })
    void nonsenseIsRefused(String flag) {
        assertThatThrownBy(() -> parse("", flag)).isInstanceOf(UserError.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "docker/dockerfile",
                "docker/dockerfile:1",
                "docker.io/docker/dockerfile:1.7-labs",
                "docker/dockerfile-upstream:master",
                "docker/dockerfile@sha256:0123"
            })
    void plainDockerfilesHaveNoneOfThese(String syntax) {
        assertThatThrownBy(() -> parse("# syntax=" + syntax + "\n", "--timeout=1s"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("unknown flag: --timeout");
    }

    @ParameterizedTest
    @CsvSource({"example.com/docker/dockerfile:1", "docker/dockerfiles:1"})
    void otherSyntaxesMayHaveThem(String syntax) throws Exception {
        assertThat(parse("# syntax=" + syntax + "\n", "--retry=1").retries()).isEqualTo(1);
    }
}
