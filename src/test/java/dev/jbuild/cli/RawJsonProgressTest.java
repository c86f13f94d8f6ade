package dev.jbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.progress.StepUsage;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RawJsonProgressTest {
    private static final String A = "sha256:" + "a".repeat(64);

    @Test
    void eachEventIsALineInBuildKitsShape() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new Happenings(new RawJsonProgress(new PrintStream(bytes, true, StandardCharsets.UTF_8)))
                .started(0, A, "RUN x")
                .printed(100, A, "hi")
                .moved(200, A, "blob", 1, 2, false)
                .failed(300, A, "exit code: 1")
                .noticed(400, "careful")
                .over();
        assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "{\"vertexes\":[{\"digest\":\"" + A
                                + "\",\"name\":\"RUN x\",\"started\":\"2026-11-24T10:00:00Z\"}]}",
                        "{\"logs\":[{\"vertex\":\"" + A
                                + "\",\"stream\":1,\"data\":\"aGk=\",\"timestamp\":\"2026-11-24T10:00:00.100Z\"}]}",
                        "{\"statuses\":[{\"id\":\"blob\",\"vertex\":\"" + A
                                + "\",\"current\":1,\"total\":2,\"timestamp\":\"2026-11-24T10:00:00.200Z\","
                                + "\"started\":\"2026-11-24T10:00:00.200Z\"}]}",
                        "{\"vertexes\":[{\"digest\":\"" + A
                                + "\",\"name\":\"RUN x\",\"started\":\"2026-11-24T10:00:00Z\","
                                + "\"completed\":\"2026-11-24T10:00:00.300Z\",\"error\":\"exit code: 1\"}]}",
                        "{\"warnings\":[{\"level\":1,\"short\":\"Y2FyZWZ1bA==\",\"detail\":[]}]}");
    }

    @Test
    void whatTheProcessesUsedIsToldOfAStep() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new Happenings(new RawJsonProgress(new PrintStream(bytes, true, StandardCharsets.UTF_8)))
                .started(0, A, "RUN x")
                .done(
                        300,
                        A,
                        new StepUsage(
                                Duration.ofMillis(250), Duration.ofMillis(200), Duration.ofMillis(40), 1000, 512, 1024))
                .over();
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .endsWith(",\"usage\":{\"wallNanos\":250000000,\"userNanos\":200000000,\"systemNanos\":40000000,"
                        + "\"peakBytes\":1000,\"readBytes\":512,\"writeBytes\":1024}}]}\n");
    }

    @Test
    void warningsHaveTheirFileAndLines() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new Happenings(new RawJsonProgress(new PrintStream(bytes, true, StandardCharsets.UTF_8)))
                .warned(0, A, "hi", 2)
                .over();
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .isEqualTo("{\"warnings\":[{\"vertex\":\"" + A
                        + "\",\"level\":1,\"short\":\"aGk=\",\"detail\":[\"d2hhdCBpcyBhc2tlZA==\"],"
                        + "\"url\":\"https://example.org/rule\",\"sourceInfo\":{\"filename\":\"Dockerfile\","
                        + "\"data\":\"b25lCnR3bwp0aHJlZQo=\",\"language\":\"Dockerfile\"},"
                        + "\"range\":[{\"start\":{\"line\":2},\"end\":{\"line\":2}}]}]}\n");
    }
}
