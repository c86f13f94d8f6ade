package dev.jbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.cli.CallFlag.Method;
import dev.jbuild.problem.UsageError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallFlagTest {
    @Test
    void theGrammarIsThatOfBuildx() throws UsageError {
        assertThat(CallFlag.parse("build")).isEqualTo(new CallFlag(Method.BUILD, false, false));
        assertThat(CallFlag.parse("check,format=json")).isEqualTo(new CallFlag(Method.CHECK, true, false));
        assertThat(CallFlag.parse("format=text,lint,ignorestatus=true"))
                .isEqualTo(new CallFlag(Method.CHECK, false, true));
        assertThat(CallFlag.parse("outline")).isEqualTo(new CallFlag(Method.OUTLINE, false, false));
        assertThat(CallFlag.parse("targets,format=json")).isEqualTo(new CallFlag(Method.TARGETS, true, false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bild", "check,outline", "check,form=json", "check,format=xml", "check,ignorestatus=maybe"})
    void anythingElseIsRefused(String value) {
        assertThatThrownBy(() -> CallFlag.parse(value))
                .isInstanceOf(UsageError.class)
                .hasMessageStartingWith("--call");
    }
}
