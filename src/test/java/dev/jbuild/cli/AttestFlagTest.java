package dev.jbuild.cli;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.problem.UsageError;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttestFlagTest {
    @Test
    void noneIsGranted() {
        assertThatCode(() -> AttestFlag.check(
                        List.of("type=provenance,disabled=true", "type=sbom,disabled=1"),
                        List.of("false", "mode=max,disabled=true"),
                        List.of("0")))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"type=provenance", "type=provenance,disabled=false", "type=sbom,generator=x"})
    void anyIsRefused(String value) {
        assertThatThrownBy(() -> AttestFlag.check(List.of(value), List.of(), List.of()))
                .isInstanceOf(UsageError.class)
                .hasMessageContaining("not supported yet");
    }

    @Test
    void soAreTheShortForms() {
        for (String value : List.of("true", "mode=max", "1")) {
            assertThatThrownBy(() -> AttestFlag.check(List.of(), List.of(value), List.of()))
                    .hasMessageContaining("--provenance " + value + " is not supported yet");
        }
        assertThatThrownBy(() -> AttestFlag.check(List.of(), List.of(), List.of("true")))
                .hasMessageContaining("--sbom");
    }

    @Test
    void anAttestationHasAType() {
        assertThatThrownBy(() -> AttestFlag.check(List.of("disabled=true"), List.of(), List.of()))
                .hasMessageContaining("type not specified");
        assertThatThrownBy(() -> AttestFlag.check(List.of("type=sbom,disabled=so"), List.of(), List.of()))
                .hasMessageContaining("disabled=so");
    }
}
