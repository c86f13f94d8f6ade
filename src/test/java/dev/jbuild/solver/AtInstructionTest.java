package dev.jbuild.solver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.graph.Op;
import dev.jbuild.graph.Vertex;
import dev.jbuild.problem.BuildCancelled;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.RemoteError;
import dev.jbuild.problem.SourceExcerpt;
import dev.jbuild.problem.UserError;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AtInstructionTest {
    private static final SourceExcerpt WHERE = SourceExcerpt.of("Buildfile", List.of("FROM a", "COPY b /"), 2, 2);
    private static final Vertex VERTEX =
            new Vertex("v", "COPY b /", new Op.Context("main"), List.of(), Optional.of(WHERE), false);

    @Test
    void aProblemGetsItsPlaceAndKeepsItsKindWordsAndHints() {
        JbuildException located = AtInstruction.of(VERTEX, new UserError("\"/b\" is not there", "look again"));
        assertThat(located).isInstanceOf(UserError.class).hasMessage("\"/b\" is not there");
        assertThat(located.where()).contains(WHERE);
        assertThat(located.hints()).containsExactly("look again");
        assertThat(AtInstruction.of(VERTEX, new RemoteError("down"))).isInstanceOf(RemoteError.class);
    }

    @Test
    void aKnownPlaceStays() {
        SourceExcerpt other = SourceExcerpt.of("Buildfile", List.of("FROM a"), 1, 1);
        UserError problem = new UserError("x", other, List.of(), null);
        assertThat(AtInstruction.of(VERTEX, problem)).isSameAs(problem);
    }

    @Test
    void cancellingIsAboutNoInstruction() {
        BuildCancelled cancelled = new BuildCancelled();
        assertThat(AtInstruction.of(VERTEX, cancelled)).isSameAs(cancelled);
    }
}
