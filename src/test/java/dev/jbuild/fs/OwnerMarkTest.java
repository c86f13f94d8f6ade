package dev.jbuild.fs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnerMarkTest {
    @Test
    void twoIdsAreAnOwner() {
        assertThat(OwnerMark.among(Map.of("user.x", "1:2", OwnerMark.ATTRIBUTE, "1000:42")))
                .contains(new OwnerMark(1000, 42));
        assertThat(OwnerMark.among(Map.of("user.x", "1:2"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1:", "1:2:3", "a:b", "-1:0", "1:99999999999"})
    void whatElseIsWrittenThereIsNone(String value) {
        assertThat(OwnerMark.among(Map.of(OwnerMark.ATTRIBUTE, value))).isEmpty();
    }
}
