package dev.jbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jbuild.progress.BuildEvent;
import dev.jbuild.progress.BuildEvent.Outcome;
import dev.jbuild.progress.StepSummary;
import dev.jbuild.progress.StepSummary.Mark;
import dev.jbuild.progress.StepUsage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TraceEventsTest {
    private final TraceEvents trace = new TraceEvents();
    private final Happenings build = new Happenings(new ProgressView() {
        @Override
        public void accept(BuildEvent event) {
            trace.accept(event);
        }

        @Override
        public void close() {}
    });

    private JsonNode parsed() throws JsonProcessingException {
        return new ObjectMapper().readTree(trace.json());
    }

    private JsonNode event(String name) throws JsonProcessingException {
        for (JsonNode event : parsed().path("traceEvents")) {
            if (event.path("name").asText().equals(name)
                    && event.path("ph").asText().equals("X")) {
                return event;
            }
        }
        throw new AssertionError("no event " + name + " in " + trace.json());
    }

    private static StepSummary step(String vertex, Mark mark) {
        return new StepSummary(vertex, vertex, true, mark, "", Duration.ZERO, Optional.empty(), Optional.empty());
    }

    @Test
    void stepsAreCompleteEventsInLanesOfTheirOwn() throws Exception {
        StepUsage usage =
                new StepUsage(Duration.ofMillis(90), Duration.ofMillis(20), Duration.ofMillis(10), 4096, 1, 2);
        build.started(1000, "a", "RUN a")
                .started(1010, "b", "RUN b\n more")
                .done(1100, "a", usage)
                .started(1100, "c", "RUN c")
                .done(1200, "b")
                .done(1300, "c")
                .cached(1300, "d", "COPY d")
                .ended(
                        1400,
                        Outcome.DONE,
                        List.of(step("a", Mark.RUN), step("b", Mark.RUN), step("c", Mark.RUN), step("d", Mark.CACHED)),
                        "a",
                        "c");

        JsonNode a = event("RUN a");
        assertThat(a.path("ts").asLong()).isZero();
        assertThat(a.path("dur").asLong()).isEqualTo(100_000);
        assertThat(a.path("args").path("usage").path("cpuMillis").asLong()).isEqualTo(30);
        assertThat(a.path("args").path("critical").asBoolean()).isTrue();
        assertThat(a.path("cat").asText()).isEqualTo("step,critical");
        assertThat(event("RUN b more").path("tid").asInt())
                .isNotEqualTo(a.path("tid").asInt());
        assertThat(event("RUN b more").path("cat").asText()).isEqualTo("step");
        assertThat(event("RUN c").path("tid").asInt()).isEqualTo(a.path("tid").asInt());
        assertThat(event("COPY d").path("args").path("cached").asBoolean()).isTrue();
        assertThat(parsed().path("otherData").path("outcome").asText()).isEqualTo("done");
    }

    @Test
    void transfersHaveLanesBelowThoseOfSteps() throws Exception {
        build.started(0, "a", "exporting")
                .moved(10, "a", "layer 1", 1, 10, false)
                .moved(20, "a", "layer 2", 1, 10, false)
                .moved(30, "a", "layer 1", 10, 10, true)
                .done(50, "a");

        JsonNode one = event("layer 1");
        assertThat(one.path("cat").asText()).isEqualTo("transfer");
        assertThat(one.path("dur").asLong()).isEqualTo(20_000);
        assertThat(one.path("args").path("bytes").asLong()).isEqualTo(10);
        assertThat(event("layer 2").path("tid").asInt())
                .isEqualTo(one.path("tid").asInt() + 1);
        assertThat(one.path("tid").asInt())
                .isGreaterThan(event("exporting").path("tid").asInt());
    }

    @Test
    void whatIsNotOverEndsWithTheBuild() throws Exception {
        build.started(0, "a", "RUN a")
                .started(0, "b", "RUN b")
                .failed(100, "b", "exit code: 1")
                .ended(250, Outcome.FAILED, List.of());

        assertThat(event("RUN a").path("dur").asLong()).isEqualTo(250_000);
        assertThat(event("RUN b").path("args").path("status").asText()).isEqualTo("failed");
        assertThat(event("RUN b").path("args").path("error").asText()).isEqualTo("exit code: 1");
        assertThat(parsed().path("otherData").path("outcome").asText()).isEqualTo("failed");
    }

    @Test
    void aBuildThatDidNothingHasATraceToo() throws Exception {
        assertThat(parsed().path("traceEvents")).isNotEmpty();
    }
}
