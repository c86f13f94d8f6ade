package dev.jbuild.solver.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.problem.UserError;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModeChangeTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0644, false, 0",
        "755, 0644, false, 0755",
        "4755, 0, false, 4755",
        "00000644, 0777, true, 0644",
        "go-w, 0666, false, 0644",
        "'u=rw,g=r,o=r', 0666, false, 0644",
        "a+X, 0666, false, 0666",
        "a+X, 0124, true, 0135",
        "a+X, 0654, false, 0755",
        "'u+rw,g+r,o-x,o+w', 0124, true, 0766",
        "+x, 0600, false, 0711",
        "=r, 0777, false, 0444",
        "go=u, 0640, false, 0666",
        "g=u-w, 0640, false, 0640",
        "u+s, 0755, false, 4755",
        "u=rwx, 4644, false, 0744",
        "+t, 0777, true, 1777",
        "o+t, 0777, true, 0777",
        "go=, 0777, false, 0700",
        "'=rwX', 0700, false, 0777"
    })
    void changes(String change, String mode, boolean directory, String expected) throws Exception {
        int result = ModeChange.parse(change).apply(Integer.parseInt(mode, 8), directory);
        assertThat(String.format("%04o", result)).isEqualTo(String.format("%04o", Integer.parseInt(expected, 8)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nope", "64a", "10000", "u", "u+rw,", "z+r", "9"})
    void refusesWhatIsNoMode(String text) {
        assertThatThrownBy(() -> ModeChange.parse(text)).isInstanceOf(UserError.class);
    }
}
