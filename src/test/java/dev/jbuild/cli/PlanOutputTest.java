package dev.jbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.engine.Forecast;
import dev.jbuild.engine.Forecast.State;
import dev.jbuild.engine.Forecast.Step;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class PlanOutputTest {
    private static final Step BASE = step("v0", "[1/4] FROM base@sha256:" + "0".repeat(64), State.PRESENT, -1, -1);
    private static final Step CACHED = step("v1", "[2/4] WORKDIR /w", State.CACHED, 500, 1536, "v0");
    private static final Step RUN = new Step(
            "v2",
            "[3/4] COPY . .",
            3,
            List.of("v1"),
            true,
            State.RUN,
            List.of("content of a", "content of b", "content of c", "content of d"),
            Optional.of(Duration.ofMillis(200)),
            OptionalLong.of(2_000_000),
            "0123456789ab");
    private static final Step UNKNOWN = step("v3", "[4/4] RUN echo \"hi\"", State.UNKNOWN, 1000, -1, "v2");
    private static final Step SKIPPED = step("skipped:9", "[other] RUN make", State.SKIPPED, -1, -1);

    private static Step step(String id, String name, State state, long millis, long bytes, String... inputs) {
        return new Step(
                id,
                name,
                2,
                List.of(inputs),
                state != State.PRESENT,
                state,
                List.of(),
                millis < 0 ? Optional.empty() : Optional.of(Duration.ofMillis(millis)),
                bytes < 0 ? OptionalLong.empty() : OptionalLong.of(bytes),
                "");
    }

    private static PlanOutput output(List<String> path, Step... steps) {
        return new PlanOutput(new Forecast(List.of(steps), path));
    }

    private static String printed(Consumer<PrintStream> printing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        printing.accept(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void peopleReadWhatWouldRunAndHowLongThatTook() {
        PlanOutput output = output(List.of("v2", "v3"), BASE, CACHED, RUN, UNKNOWN, SKIPPED);

        assertThat(printed(output::text)).isEqualTo("""
                        STATUS    TIME   SIZE      NAME
                        PRESENT                    [1/4] FROM base
                        CACHED    0.5s   1.536kB   [2/4] WORKDIR /w
                        RUN       0.2s   2MB       [3/4] COPY . .
                                                     content of a
                                                     content of b
                                                     and 2 more
                        UNKNOWN   1.0s             [4/4] RUN echo "hi"
                        SKIPPED                    [other] RUN make

                        3 steps: 1 would run, 1 unknown, 1 cached, 1 skipped; the cache saves 0.5s
                        that took 0.2s to 1.2s before
                        critical path 1.2s:
                            0.2s  [3/4] COPY . .
                            1.0s  [4/4] RUN echo "hi"
                        """);
    }

    @Test
    void whereAllIsCachedThereIsNoPath() {
        assertThat(printed(output(List.of(), CACHED)::text)).endsWith("\n1 step: 1 cached; the cache saves 0.5s\n");
    }

    @Test
    void stepsThatNothingIsKnownOfAreCounted() {
        Step fresh = step("v2", "[3/4] RUN new", State.RUN, -1, -1);

        assertThat(printed(output(List.of(), fresh)::text)).endsWith("\nno build before tells how long that takes\n");
        assertThat(printed(output(List.of("v3"), fresh, UNKNOWN)::text))
                .contains("that took 0.0s to 1.0s before, and of 1 step nothing is known\n");
    }

    @Test
    void programsReadJson() {
        ObjectNode json = output(List.of("v2"), CACHED, RUN, UNKNOWN).json();

        assertThat(json.at("/steps/1").toString())
                .isEqualTo(
                        "{\"id\":\"v2\",\"name\":\"[3/4] COPY . .\",\"line\":3,\"inputs\":[\"v1\"],\"state\":\"run\","
                                + "\"reasons\":[\"content of a\",\"content of b\",\"content of c\",\"content of d\"],"
                                + "\"seconds\":0.2,\"bytes\":2000000,\"byBuild\":\"0123456789ab\"}");
        assertThat(json.path("totals").toString())
                .isEqualTo("{\"run\":1,\"unknown\":1,\"cached\":1,\"skipped\":0,\"seconds\":0.2,\"mostSeconds\":1.2,"
                        + "\"stepsWithoutHistory\":0,\"savedSeconds\":0.5}");
        assertThat(json.path("criticalPath").toString()).isEqualTo("[\"v2\"]");
    }

    @Test
    void graphvizDrawsIt() {
        assertThat(printed(output(List.of("v3"), RUN, UNKNOWN)::dot)).isEqualTo("""
                        digraph build {
                          node [shape=box, style=filled, fontname="sans-serif"];
                          "v2" [label="[3/4] COPY . .\\nRUN  0.2s  2MB", fillcolor="orange"];
                          "v3" [label="[4/4] RUN echo \\"hi\\"\\nUNKNOWN  1.0s", fillcolor="lightyellow", penwidth=3];
                          "v1" -> "v2";
                          "v2" -> "v3";
                        }
                        """);
    }
}
