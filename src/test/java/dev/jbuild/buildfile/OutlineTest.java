package dev.jbuild.buildfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.problem.UserError;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OutlineTest {
    private static Outline outline(String text, String target, Map<String, String> buildArgs) throws UserError {
        return Outline.of(Buildfile.parse("Buildfile", text), new Plain(buildArgs), Optional.of(target));
    }

    private static List<String> args(Outline outline) {
        return outline.args().stream()
                .map(arg -> arg.name() + "=" + arg.value() + " " + arg.range().startLine())
                .toList();
    }

    @Test
    void argumentsOfTheTargetAndWhatItNeedsAreListed() throws UserError {
        Outline outline = outline("""
                ARG inherited=box
                ARG unused=abc
                # sfx is a suffix
                ARG sfx="usy${inherited}"
                FROM b${sfx} AS first
                # BAR is a number
                ARG BAR=456
                FROM alpine${unused} AS second
                ARG BAZ
                FROM scratch AS third
                ARG ABC=a
                # target is what we ship
                FROM third AS target
                COPY --from=first /etc/passwd /
                """, "target", Map.of("BAR", "678"));
        assertThat(outline.name()).isEqualTo("target");
        assertThat(outline.description()).isEqualTo("is what we ship");
        assertThat(args(outline)).containsExactly("inherited=box 1", "sfx=usybox 4", "BAR=678 7", "ABC=a 11");
        assertThat(outline.args().get(2).description()).isEqualTo("is a number");
    }

    @Test
    void anArgumentThatIsTakenOverIsTheGlobalOne() throws UserError {
        Outline outline = outline("""
                ARG FOO=1
                FROM scratch AS a
                ARG FOO
                ARG FOO2=${FOO}2
                """, "a", Map.of());
        assertThat(args(outline)).containsExactly("FOO=1 1", "FOO2=12 4");
    }

    @Test
    void secretsAndAgentsAreThoseThatReachedStagesMount() throws UserError {
        Outline outline = outline("""
                FROM scratch AS first
                RUN --mount=type=secret,target=/etc/passwd,required=true --mount=type=ssh true
                FROM scratch AS second
                RUN --mount=type=secret,id=unused true
                FROM scratch AS target
                ARG N=3
                COPY --from=0 / /
                RUN --mount=type=ssh,id=ssh$N,required true
                """, "target", Map.of());
        assertThat(outline.secrets()).containsExactly(new Outline.Requirement("passwd", true, new SourceRange(2, 2)));
        assertThat(outline.agents())
                .containsExactly(
                        new Outline.Requirement("default", false, new SourceRange(2, 2)),
                        new Outline.Requirement("ssh3", true, new SourceRange(8, 8)));
    }

    @Test
    void triggersOfTheBaseCount() throws UserError {
        Outline outline = outline("""
                FROM withtrigger AS a
                """, "a", Map.of());
        assertThat(args(outline)).containsExactly("FROM_BASE=x 1");
    }

    @Test
    void aTargetThatIsNotThereIsRefused() {
        assertThatThrownBy(() -> outline("FROM scratch AS build\n", "biuld", Map.of()))
                .isInstanceOf(UserError.class)
                .hasMessage("target stage \"biuld\" could not be found (did you mean build?)");
    }

    @Test
    void aBuildChecksOnlyTheStagesItNeeds() {
        byte[] file = """
                FROM scratch AS first
                COPY $one .
                FROM scratch AS second
                COPY $two .
                FROM scratch
                COPY --from=second /x /
                """.getBytes(StandardCharsets.UTF_8);
        Surroundings plain = new Plain(Map.of());
        assertThat(details(Linter.check("Buildfile", file, plain, Scope.of(Optional.empty()))))
                .containsExactly("Usage of undefined variable '$two'");
        assertThat(details(Linter.check("Buildfile", file, plain, Scope.check(Optional.of("first")))))
                .containsExactly("Usage of undefined variable '$one'");
        assertThat(details(Linter.check("Buildfile", file, plain, Scope.check(Optional.empty()))))
                .containsExactly("Usage of undefined variable '$one'", "Usage of undefined variable '$two'");
    }

    @Test
    void variablesOfAnUnknownBaseAreNotJudged() {
        byte[] file = "FROM nobody-knows\nWORKDIR $HOME_OF_IT\nCMD $x\n".getBytes(StandardCharsets.UTF_8);
        LintReport report = Linter.check("Buildfile", file, new Plain(Map.of()), Scope.ALL);
        assertThat(report.warnings()).isEmpty();
    }

    @Test
    void checkOptionsOfTheCommandLineReplaceThoseOfTheFile() {
        byte[] file = "# check=skip=all\nFROM scratch as base\n".getBytes(StandardCharsets.UTF_8);
        Map<String, String> fails = Map.of("BUILDKIT_DOCKERFILE_CHECK", "skip=StageNameCasing;error=true");
        LintReport report = Linter.check("Buildfile", file, new Plain(fails), Scope.ALL);
        assertThat(report.refusal())
                .hasValueSatisfying(problem ->
                        assertThat(problem.what()).isEqualTo("lint violation found for rules: FromAsCasing"));
        Map<String, String> wrong = Map.of("BUILDKIT_DOCKERFILE_CHECK", "skp=x");
        assertThat(Linter.check("Buildfile", file, new Plain(wrong), Scope.ALL).refusal())
                .hasValueSatisfying(problem -> assertThat(problem.what())
                        .isEqualTo("failed to parse BUILDKIT_DOCKERFILE_CHECK: invalid check option \"skp\""));
    }

    private static List<String> details(LintReport report) {
        return report.warnings().stream().map(LintWarning::detail).toList();
    }

    /** A build for linux/amd64 that knows few images. */
    private record Plain(Map<String, String> buildArgs) implements Surroundings {
        @Override
        public Map<String, String> predefined() {
            return Map.of("TARGETPLATFORM", "linux/amd64");
        }

        @Override
        public Optional<IgnorePatterns> ignorePatterns() {
            return Optional.empty();
        }

        @Override
        public boolean isImageName(String text) {
            return !text.isEmpty();
        }

        @Override
        public Optional<PlatformName> platform(String text) {
            return Optional.of(targetPlatform());
        }

        @Override
        public PlatformName targetPlatform() {
            return new PlatformName("linux", "amd64", "linux/amd64");
        }

        @Override
        public Base base(String image, Optional<String> platform) {
            return switch (image) {
                case "nobody-knows" -> Base.UNKNOWN;
                case "withtrigger" -> base(List.of("ARG FROM_BASE=x"));
                default -> base(List.of());
            };
        }

        private static Base base(List<String> triggers) {
            return new Base(Map.of("PATH", "/bin"), false, Optional.empty(), triggers, true);
        }
    }
}
