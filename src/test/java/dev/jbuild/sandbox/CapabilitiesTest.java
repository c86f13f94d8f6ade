package dev.jbuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.problem.UserError;
import java.util.List;
import org.junit.jupiter.api.Test;

class CapabilitiesTest {
    @Test
    void theUsualOnesAreDockers() {
        assertThat(Capabilities.DEFAULT.mask()).isEqualTo(0xa80425fbL);
    }

    @Test
    void singleOnesComeAndGo() throws Exception {
        assertThat(Capabilities.DEFAULT
                        .changed(List.of("cap_sys_admin"), List.of("MKNOD"))
                        .mask())
                .isEqualTo((0xa80425fbL | 1L << 21) & ~(1L << 27));
    }

    @Test
    void allIsLessThanSingleOnes() throws Exception {
        assertThat(Capabilities.DEFAULT
                        .changed(List.of("chown", "kill"), List.of("ALL"))
                        .numbers())
                .containsExactly(0, 5);
        assertThat(Capabilities.DEFAULT
                        .changed(List.of("ALL"), List.of("SYS_ADMIN"))
                        .numbers())
                .hasSize(40)
                .doesNotContain(21);
    }

    @Test
    void unknownOnesAreRefused() {
        assertThatThrownBy(() -> Capabilities.DEFAULT.changed(List.of("FLY"), List.of()))
                .isInstanceOf(UserError.class)
                .hasMessage("unknown capability \"FLY\"");
    }
}
