package dev.jbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls that need no image: everything but the store's own directory stays untouched. */
class BuildCallTest {
    @TempDir
    private Path directory;

    private final TestConsole console = new TestConsole();

    @BeforeEach
    void enter() {
        console.in(directory).env("JBUILD_ROOT", directory.resolve("store").toString());
    }

    private void file(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private int call(String... args) {
        String[] line = new String[args.length + 3];
        line[0] = "build";
        line[1] = "--progress=quiet";
        System.arraycopy(args, 0, line, 2, args.length);
        line[line.length - 1] = ".";
        return console.run(line);
    }

    private JsonNode json() throws IOException {
        return new ObjectMapper().readTree(console.out());
    }

    @Test
    void aCheckSaysWhatEachIgnoreRuleLeavesOut() throws IOException {
        file("Dockerfile", "FROM scratch\nCOPY a /\n");
        file("Dockerfile.dockerignore", "*.log\n!keep.log\nnone\n");
        file("a", "");
        file("b.log", "");
        file("keep.log", "");
        assertThat(console.run("check", ".")).isZero();
        assertThat(console.out()).isEqualTo("Check complete, no warnings found.\n");
        assertThat(console.err()).isEqualTo("""
                Dockerfile.dockerignore leaves out 1 of the context's files and directories, each with all that is in it:
                     1 *.log
                     1 !keep.log (kept)
                     0 none
                """);
    }

    @Test
    void aCheckForProgramsSaysNothingMore() throws IOException {
        file("Dockerfile", "FROM scratch\nCOPY a /\n");
        file(".dockerignore", "*.log\n");
        assertThat(console.run("check", "--format=json", ".")).isZero();
        assertThat(json().get("warnings").isNull()).isTrue();
        assertThat(console.err()).isEmpty();
    }

    @Test
    void aCheckPrintsWarningsWithTheirPlacesAndFails() throws IOException {
        file("Dockerfile", "FROM scratch AS Base\nCOPY x \\\n  $y /\nCMD a b\n");
        assertThat(call("--check")).isEqualTo(1);
        assertThat(console.out()).isEqualTo("""
                Check complete, 3 warnings have been found!

                WARNING: StageNameCasing - https://docs.docker.com/go/dockerfile/rule/stage-name-casing/
                Stage name 'Base' should be lowercase
                Dockerfile:1
                --------------------
                   1 | >>> FROM scratch AS Base
                   2 |     COPY x \\
                   3 |       $y /
                --------------------

                WARNING: UndefinedVar - https://docs.docker.com/go/dockerfile/rule/undefined-var/
                Usage of undefined variable '$y'
                Dockerfile:2
                --------------------
                   1 |     FROM scratch AS Base
                   2 | >>> COPY x \\
                   3 | >>>   $y /
                   4 |     CMD a b
                --------------------

                WARNING: JSONArgsRecommended - https://docs.docker.com/go/dockerfile/rule/json-args-recommended/
                JSON arguments recommended for CMD to prevent unintended behavior related to OS signals
                Dockerfile:4
                --------------------
                   2 |     COPY x \\
                   3 |       $y /
                   4 | >>> CMD a b
                   5 |    \s
                --------------------
                """);
        assertThat(console.err()).isEmpty();
    }

    @Test
    void aCleanFilePasses() throws IOException {
        file("Dockerfile", "FROM scratch\nCOPY x /\n");
        assertThat(call("--call=check")).isZero();
        assertThat(console.out()).isEqualTo("Check complete, no warnings found.\n");
    }

    @Test
    void aCheckInJsonHasTheShapeOfBuildKits() throws IOException {
        String text = "FROM scratch AS Base\nBADCMD\n";
        file("Dockerfile", text);
        assertThat(call("--call=check,format=json")).isEqualTo(1);
        JsonNode warning = json().path("warnings").path(0);
        assertThat(warning.path("ruleName").asText()).isEqualTo("StageNameCasing");
        assertThat(warning.path("description").asText()).isEqualTo("Stage names should be lowercase");
        assertThat(warning.path("url").asText()).endsWith("/stage-name-casing/");
        assertThat(warning.path("detail").asText()).isEqualTo("Stage name 'Base' should be lowercase");
        assertThat(warning.path("location").toString())
                .isEqualTo("{\"ranges\":[{\"start\":{\"line\":1},\"end\":{\"line\":1}}]}");
        JsonNode source = json().path("sources").path(0);
        assertThat(source.path("filename").asText()).isEqualTo("Dockerfile");
        assertThat(source.path("data").binaryValue()).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
        JsonNode error = json().path("buildError");
        assertThat(error.path("message").asText())
                .isEqualTo("dockerfile parse error on line 2: unknown instruction: BADCMD");
        assertThat(error.at("/location/ranges/0/start/line").asInt()).isEqualTo(2);
        assertThat(console.err()).startsWith("ERROR: dockerfile parse error on line 2: unknown instruction: BADCMD\n");
    }

    @Test
    void warningsCanBeLeftOutOfTheExitCode() throws IOException {
        file("Dockerfile", "FROM scratch AS Base\n");
        assertThat(call("--call=check,ignorestatus=true")).isZero();
        assertThat(console.out()).contains("WARNING: StageNameCasing");
    }

    @Test
    void warningsAreErrorsWhereTheFileSaysSo() throws IOException {
        file("Dockerfile", "# check=error=true\nFROM scratch AS Base\n");
        assertThat(call("--call=check,ignorestatus=true")).isEqualTo(1);
        assertThat(console.err()).isEqualTo("ERROR: lint violation found for rules: StageNameCasing\n");
        assertThat(console.run("build", "--progress=plain", ".")).isEqualTo(1);
        assertThat(console.err()).endsWith("""

                #1 [internal] load build definition from Dockerfile
                #1 transferring dockerfile: 40B done
                #1 DONE 0.0s
                #1 WARN: StageNameCasing: Stage name 'Base' should be lowercase (line 2)

                 1 warning found (use jbuild --debug to expand):
                 - StageNameCasing: Stage name 'Base' should be lowercase (line 2)
                ERROR: lint violation found for rules: StageNameCasing
                """.replaceFirst("^\n", ""));
    }

    @Test
    void checksLookAtAllStagesAndTheirErrors() throws IOException {
        file("Dockerfile", "FROM scratch AS a\nSTOPSIGNAL nosuch\nFROM scratch\n");
        assertThat(call("--check")).isEqualTo(1);
        assertThat(console.err()).startsWith("ERROR: ").contains("nosuch").contains("Dockerfile:2");
        assertThat(call("--check", "--target=stage-1")).isEqualTo(1);
        assertThat(console.err()).contains("target stage \"stage-1\" could not be found");
    }

    @Test
    void targetsAreListed() throws IOException {
        file("sub/Dockerfile", "# build compiles\nFROM scratch AS build\nFROM --platform=$X build AS end\n");
        assertThat(call("--call=targets", "-f", "sub/Dockerfile")).isZero();
        assertThat(console.out()).isEqualTo("""
                TARGET        DESCRIPTION
                build         compiles
                end (default)\s
                """);
    }

    @Test
    void theOutlineIsPrintedAsTables() throws IOException {
        file("Dockerfile", """
                # VERSION of it
                ARG VERSION=1
                # end is the end
                FROM scratch AS end
                ARG VERSION
                RUN --mount=type=secret,id=token,required --mount=type=ssh true
                """);
        assertThat(call("--call=outline")).isZero();
        assertThat(console.out()).isEqualTo("""
                TARGET:      end
                DESCRIPTION: is the end

                BUILD ARG   VALUE   DESCRIPTION
                VERSION     1       of it

                SECRET   REQUIRED
                token    true

                SSH       REQUIRED
                default  \s

                """);
    }
}
