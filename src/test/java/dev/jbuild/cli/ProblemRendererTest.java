package dev.jbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.problem.BuildCancelled;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.SourceExcerpt;
import dev.jbuild.problem.StepFailed;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProblemRendererTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final ProblemRenderer renderer = new ProblemRenderer(new PrintStream(bytes, true, StandardCharsets.UTF_8));

    @Test
    void theLinesOfTheBuildfileAreShownAsBuildKitShowsThem() {
        SourceExcerpt where = SourceExcerpt.of("Buildfile", List.of("FROM busybox", "", "RUN false", "RUN true"), 3, 3);
        int status = renderer.failure(
                new StepFailed(
                        "process \"/bin/sh -c false\" did not complete successfully: exit code: 1",
                        1,
                        List.of(),
                        where,
                        List.of("look at the output above")),
                false);
        assertThat(status).isEqualTo(1);
        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("""
                        Buildfile:3
                        --------------------
                           1 |     FROM busybox
                           2 |     \n\
                           3 | >>> RUN false
                           4 |     RUN true
                        --------------------
                        ERROR: process "/bin/sh -c false" did not complete successfully: exit code: 1
                        hint: look at the output above
                        """);
    }

    @Test
    void kindsHaveTheirExitCodes() {
        assertThat(renderer.failure(new EnvironmentError("the disk is full", "make room"), false))
                .isEqualTo(125);
        assertThat(renderer.failure(new BuildCancelled(), false)).isEqualTo(130);
    }

    @Test
    void aBugShowsItsTraceOnlyWhenAsked() {
        assertThat(renderer.bug(new IllegalStateException("odd"), false)).isEqualTo(125);
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .startsWith("ERROR: jbuild failed where it should not: java.lang.IllegalStateException: odd\n")
                .doesNotContain("\tat ");
        renderer.bug(new IllegalStateException("odd"), true);
        assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("\tat ");
    }
}
