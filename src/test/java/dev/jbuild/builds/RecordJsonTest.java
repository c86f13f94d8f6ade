package dev.jbuild.builds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.builds.BuildRecord.Request;
import dev.jbuild.builds.BuildRecord.State;
import dev.jbuild.builds.RecordedStep.Outcome;
import dev.jbuild.progress.StepUsage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecordJsonTest {
    private static final BuildRecord FULL = new BuildRecord(
            "0123456789ab",
            "p",
            State.FAILED,
            "2026-01-01T00:00:00Z",
            "2026-01-01T00:00:01.500Z",
            new Request("f", "/c", "t", List.of("linux/amd64"), List.of("a:b", "c:d")),
            "sha256:1",
            "it \"failed\"\n",
            List.of(
                    new RecordedStep(
                            1,
                            "v0",
                            "[1/2] FROM x",
                            1,
                            List.of(),
                            "x@sha256:2",
                            Outcome.DONE,
                            "2026-01-01T00:00:00Z",
                            "2026-01-01T00:00:01Z",
                            false,
                            "",
                            "",
                            "sha256:3",
                            "",
                            0,
                            "",
                            Optional.empty(),
                            "",
                            Optional.empty(),
                            ""),
                    new RecordedStep(
                            9,
                            "v9",
                            "[2/2] RUN y",
                            8,
                            List.of("v0"),
                            "",
                            Outcome.REUSED,
                            "2026-01-01T00:00:00Z",
                            "2026-01-01T00:00:00Z",
                            false,
                            "sha256:4",
                            "{}",
                            "",
                            "",
                            0,
                            "",
                            Optional.empty(),
                            "/some/cache",
                            Optional.of(Duration.ofMillis(1234)),
                            "2025-12-31T23:59:59Z"),
                    new RecordedStep(
                            2,
                            "v1",
                            "[2/2] RUN é",
                            7,
                            List.of("v0"),
                            "",
                            Outcome.FAILED,
                            "",
                            "",
                            true,
                            "sha256:4",
                            "{\"kind\":\"run/1\"}",
                            "",
                            "sha256:5",
                            1L << 40,
                            "exit code: 1",
                            Optional.of(new StepUsage(
                                    Duration.ofSeconds(3), Duration.ofMillis(1), Duration.ofNanos(2), 4, 5, 6)),
                            "",
                            Optional.empty(),
                            "")));

    @Test
    void readsWhatItWrote() throws IOException {
        assertThat(RecordJson.read(RecordJson.write(FULL))).isEqualTo(FULL);
    }

    @Test
    void readsWhatANewerProgramWrote() throws IOException {
        String newer = FULL.toJson().replaceFirst("\\{", "{\"more\":{\"x\":1},");

        assertThat(RecordJson.read(newer.getBytes(StandardCharsets.UTF_8))).isEqualTo(FULL);
    }

    @Test
    void refusesWhatIsNoRecord() {
        for (String text : List.of("", "[]", "{}", "{\"state\":\"odd\"}", "{\"state\":\"done\",\"started\":\"now\"}")) {
            assertThatThrownBy(() -> RecordJson.read(text.getBytes(StandardCharsets.UTF_8)))
                    .as(text)
                    .isInstanceOf(IOException.class);
        }
    }
}
