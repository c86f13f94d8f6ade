package dev.jbuild.buildfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.jbuild.problem.SourceExcerpt;
import dev.jbuild.problem.UserError;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BuildfileTest {
    @Test
    void problemShowsItsLines() {
        UserError e = catchThrowableOfType(
                UserError.class, () -> Buildfile.parse("app/Buildfile", "FROM a\nRUN x\nRUNN y\nRUN z\n"));
        assertThat(e.what())
                .isEqualTo("dockerfile parse error on line 3: unknown instruction: RUNN (did you mean RUN?)");
        SourceExcerpt where = e.where().orElseThrow();
        assertThat(where)
                .isEqualTo(new SourceExcerpt("app/Buildfile", 3, 3, List.of("FROM a", "RUN x", "RUNN y", "RUN z"), 1));
    }

    @Test
    void expansionReachesHeredocsAndPorts() throws Exception {
        Buildfile file = Buildfile.parse("Buildfile", "FROM a\nCOPY <<A <<'B' /x\n$v \"$w\"\nA\n$v\nB\nEXPOSE $p 22\n");
        Expansion expansion = new Expansion(file.escape(), Environment.of(Map.of("v", "1", "p", "80 81")));
        List<Instruction> instructions = file.stages().get(0).instructions();

        Instruction.Copy copy = (Instruction.Copy) expansion.apply(instructions.get(0));
        assertThat(copy.contents()).extracting(Heredoc::content).containsExactly("1 \"\"\n", "$v\n");
        Instruction.Expose expose = (Instruction.Expose) expansion.apply(instructions.get(1));
        assertThat(ExposedPorts.of(expose)).containsExactly("80/tcp", "81/tcp", "22/tcp");
        assertThat(expansion.used()).containsExactlyInAnyOrder("v", "p");
        assertThat(expansion.unset()).containsExactly("w");
    }

    @Test
    void triggerOfAnImageIsParsedWithItsHeredoc() throws Exception {
        Buildfile file = Buildfile.parse("Buildfile", "FROM a\nONBUILD RUN --network=none <<E\nhi\nE\n");
        Instruction.OnBuild onBuild =
                (Instruction.OnBuild) file.stages().get(0).instructions().get(0);
        SourceRange from = new SourceRange(7, 7);

        Instruction.Run run = (Instruction.Run) Buildfile.parseTrigger(onBuild.trigger(), from);
        assertThat(run.network()).isEqualTo(Instruction.Network.NONE);
        assertThat(run.heredocs()).extracting(Heredoc::content).containsExactly("hi\n");
        assertThat(run.range()).isEqualTo(from);
    }

    @Test
    void triggerIsOneInstructionAndNoStage() {
        assertThatThrownBy(() -> Buildfile.parseTrigger("RUN a\nRUN b"))
                .hasMessage("onbuild trigger should be a single expression");
        assertThatThrownBy(() -> Buildfile.parseTrigger("FROM a")).isInstanceOf(UserError.class);
    }

    @Test
    void nestingBeyondReasonIsRefused() {
        String nested = "${x:-".repeat(20_000) + "}".repeat(20_000);
        assertThatThrownBy(() -> new WordExpander('\\').processWord(nested, Environment.of(Map.of())))
                .isInstanceOf(UserError.class);
        String pattern = "${x#" + "?a".repeat(20_000) + "}";
        assertThatThrownBy(() -> new WordExpander('\\').processWord(pattern, Environment.of(Map.of("x", "y"))))
                .isInstanceOf(UserError.class);
        String onBuild = "FROM a\n" + "ONBUILD ".repeat(7_000) + "RUN x\n";
        assertThatThrownBy(() -> Buildfile.parse("Buildfile", onBuild)).isInstanceOf(UserError.class);
        String json = "FROM a\nCMD " + "[".repeat(60_000) + "\n";
        assertThat(catchThrowableOfType(UserError.class, () -> Buildfile.parse("Buildfile", json)))
                .isNull();
    }

    @Test
    void windowsVariablesIgnoreCase() throws Exception {
        Environment environment = Environment.ofIgnoringCase(List.of("Path=c:"));
        assertThat(new WordExpander('`').processWord("$PATH`$x", environment)).isEqualTo("c:$x");
    }

    @Test
    void walkSkipsTreesThatNoExceptionReaches() throws Exception {
        IgnorePatterns ignore = IgnorePatterns.parse("node_modules\nout\n!out/keep/*.txt\n");
        assertThat(ignore.root().child("node_modules").isSubtreeIgnored()).isTrue();
        assertThat(ignore.root().child("out").isIgnored()).isTrue();
        assertThat(ignore.root().child("out").isSubtreeIgnored()).isFalse();
        assertThat(ignore.root().child("out").child("other").isSubtreeIgnored()).isTrue();
        assertThat(ignore.root().child("out").child("keep").child("a.txt").isIgnored())
                .isFalse();
    }
}
