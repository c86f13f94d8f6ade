package dev.jbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class EnteredTest {
    @Test
    void rootEntersNothing() {
        assertThat(Entered.of(Map.of())).isEqualTo(new Entered(Entered.Kind.NOT_NEEDED, ""));
    }

    @Test
    void theReasonFollowsTheWord() {
        assertThat(Entered.of(Map.of("JBUILD_ENTERED", "ranges"))).isEqualTo(new Entered(Entered.Kind.RANGES, ""));
        assertThat(Entered.of(Map.of("JBUILD_ENTERED", "single /etc/subuid has no range for bob (1501)")))
                .isEqualTo(new Entered(Entered.Kind.SINGLE, "/etc/subuid has no range for bob (1501)"));
        assertThat(Entered.of(Map.of("JBUILD_ENTERED", "nothing unshare of users: errno 1, Operation not permitted"))
                        .kind())
                .isEqualTo(Entered.Kind.NOTHING);
    }
}
