package dev.jbuild.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.buildfile.Buildfile;
import dev.jbuild.graph.BuildPlan;
import dev.jbuild.graph.Op;
import dev.jbuild.graph.Vertex;
import dev.jbuild.problem.SourceExcerpt;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UnneededStepsTest {
    private static final String TEXT = """
            FROM a AS one
            ENV X=1
            RUN one
            FROM b
            COPY x /
            WORKDIR /w
            FROM c AS three
            LABEL x=y
            """;

    private static Map<Integer, String> unneeded(int... linesOfPlan) throws Exception {
        List<Vertex> vertices = IntStream.of(linesOfPlan)
                .mapToObj(line -> new Vertex(
                        "v" + line,
                        "step",
                        new Op.Mkdir(false, "/"),
                        List.of(),
                        Optional.of(new SourceExcerpt("f", line, line, List.of(), line)),
                        false))
                .toList();
        return UnneededSteps.of(Buildfile.parse("f", TEXT), new BuildPlan(vertices, Map.of(), List.of()));
    }

    @Test
    void namesTheStepsOfStagesOfWhichNothingIsBuilt() throws Exception {
        assertThat(unneeded(1, 3))
                .containsExactlyInAnyOrderEntriesOf(Map.of(5, "[stage-1] COPY x /", 6, "[stage-1] WORKDIR /w"));
        assertThat(unneeded(5)).containsExactly(Map.entry(3, "[one] RUN one"));
    }

    @Test
    void aStageOfWhichAStepIsBuiltIsNeeded() throws Exception {
        assertThat(unneeded(3, 6)).isEmpty();
    }
}
