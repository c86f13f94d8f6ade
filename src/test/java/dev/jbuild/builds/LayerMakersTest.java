package dev.jbuild.builds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.builds.BuildRecord.Request;
import dev.jbuild.builds.BuildRecord.State;
import dev.jbuild.builds.RecordedStep.Outcome;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LayerMakersTest {
    private static BuildRecord build(String id, String started, RecordedStep... steps) {
        Request request = new Request("Buildfile", ".", "", List.of(), List.of());
        return new BuildRecord(id, "", State.DONE, started, started, request, "", "", List.of(steps));
    }

    private static RecordedStep step(Outcome outcome, int line, String layer) {
        return new RecordedStep(
                1,
                "",
                "RUN",
                line,
                List.of(),
                "",
                outcome,
                "",
                "",
                false,
                "",
                "",
                "",
                layer,
                0,
                "",
                Optional.empty(),
                "",
                Optional.empty(),
                "");
    }

    private static Optional<String> maker(String layer, BuildRecord... builds) {
        return LayerMakers.of(List.of(builds))
                .find(layer)
                .map(maker -> maker.build().id() + " " + maker.line());
    }

    @Test
    void theFirstBuildThatRanTheStepMadeTheLayer() {
        assertThat(maker(
                        "sha256:a",
                        build("third", "2026-01-03T00:00:00Z", step(Outcome.DONE, 4, "sha256:a")),
                        build("second", "2026-01-02T00:00:00Z", step(Outcome.DONE, 3, "sha256:a")),
                        build("first", "2026-01-01T00:00:00Z", step(Outcome.CACHED, 2, "sha256:a"))))
                .contains("second Buildfile:3");
    }

    @Test
    void withoutItTheFirstThatTookItFromTheCacheIsKnown() {
        assertThat(maker(
                        "sha256:a",
                        build("second", "2026-01-02T00:00:00Z", step(Outcome.CACHED, 3, "sha256:a")),
                        build("first", "2026-01-01T00:00:00Z", step(Outcome.CACHED, 2, "sha256:a"))))
                .contains("first Buildfile:2");
    }

    @Test
    void whatNoInstructionMadeIsOfNobody() {
        BuildRecord build = build("one", "2026-01-02T00:00:00Z", step(Outcome.DONE, 0, "sha256:a"));
        assertThat(maker("sha256:a", build)).isEmpty();
        assertThat(maker("sha256:b", build)).isEmpty();
    }
}
