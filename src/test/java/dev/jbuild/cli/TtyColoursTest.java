package dev.jbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.cli.TtyColours.Role;
import dev.jbuild.problem.UsageError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TtyColoursTest {
    @Test
    void whatIsNotChangedStaysUsual() throws UsageError {
        TtyColours colours = TtyColours.of("run=green:ERROR=Light-Red:warning=255,165,0");
        assertThat(colours.paint("x", Role.RUN)).isEqualTo("\u001b[32mx\u001b[0m");
        assertThat(colours.paint("x", Role.ERROR)).isEqualTo("\u001b[91mx\u001b[0m");
        assertThat(colours.paint("x", Role.WARNING)).isEqualTo("\u001b[38;2;255;165;0mx\u001b[0m");
        assertThat(colours.paint("x", Role.CANCEL)).isEqualTo("\u001b[33mx\u001b[0m");
    }

    @Test
    void withoutColoursLinesStayAsTheyAre() {
        assertThat(TtyColours.none().paint("x", Role.ERROR)).isEqualTo("x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "walk=green", "run=mauve", "run=1,2", "run=1,2,256", "run=a,b,c"})
    void anythingElseIsRefused(String changes) {
        assertThatThrownBy(() -> TtyColours.of(changes))
                .isInstanceOf(UsageError.class)
                .hasMessageContaining("BUILDKIT_COLORS");
    }
}
