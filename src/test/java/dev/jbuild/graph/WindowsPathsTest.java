package dev.jbuild.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WindowsPathsTest {
    private static final Platform WINDOWS = new Platform("windows", "amd64");

    private static BuildGraph build(String text) throws JbuildException {
        Graphs.Images images = new Graphs.Images()
                .context(
                        "app",
                        new Bases.NamedContext.Image(Graphs.Images.base(
                                ImageReference.parse("app"),
                                WINDOWS,
                                new ContainerConfig.Builder()
                                        .workingDir("C:\\\\base")
                                        .build())));
        return Graphs.plan(text, List.of(WINDOWS), images).graphs().get(0);
    }

    @ParameterizedTest
    @CsvSource({"c:\\a\\b,/a/b", "C:a,a", "a\\b,a/b", "/a,/a", "\\,/"})
    void slashes(String path, String slashed) throws UserError {
        assertThat(WindowsPaths.slashed(path)).isEqualTo(slashed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"C:", "d:\\a", "\\\\server\\share", "//server/share"})
    void whatIsNoPathOfTheImage(String path) {
        assertThatThrownBy(() -> WindowsPaths.slashed(path)).isInstanceOf(UserError.class);
    }

    @Test
    void workingDirectoriesAreWrittenWithBackslashes() throws Exception {
        assertThat(build("FROM scratch\nLABEL a=b\n").config().workingDir()).isEqualTo("\\");
        assertThat(build("FROM app\nLABEL a=b\n").config().workingDir()).isEqualTo("\\base");
        BuildGraph graph = build("# escape=`\nFROM scratch\nWORKDIR C:\\app\nWORKDIR sub\\dir\n");
        assertThat(graph.config().workingDir()).isEqualTo("\\app\\sub\\dir");
        assertThat(Graphs.createdBy(graph)).containsExactly("WORKDIR /app", "WORKDIR /app/sub/dir");
    }

    @Test
    void copiesGoWhereSlashesLead() throws Exception {
        BuildGraph graph = build("# escape=`\nFROM app\nCOPY src\\a c:\\dest\\\n");
        Op.Copy copy = Graphs.only(graph, Op.Copy.class);
        assertThat(copy.destination()).isEqualTo("/dest/");
        assertThat(copy.sources()).extracting(Op.Source::path).containsExactly("src/a");
        BuildGraph here = build("# escape=`\nFROM app\nCOPY a .\n");
        assertThat(Graphs.only(here, Op.Copy.class).destination()).isEqualTo("/base/");
    }
}
