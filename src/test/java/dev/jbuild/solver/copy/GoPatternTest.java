package dev.jbuild.solver.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.problem.UserError;
import dev.jbuild.sys.RawPath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoPatternTest {
    @ParameterizedTest
    @CsvSource({
        "abc, abc, true",
        "*, abc, true",
        "*c, abc, true",
        "a*, a, true",
        "a*, ab, true",
        "*a*b*c*, xaybzc, true",
        "*x*y, xxxz, false",
        "a*b?c*x, abxbbxdbxebxczzx, true",
        "a*b?c*x, abxbbxdbxebxczzy, false",
        "ab[c], abc, true",
        "ab[b-d], abc, true",
        "ab[e-g], abc, false",
        "ab[^c], abc, false",
        "ab[^e-g], abc, true",
        "a\\*b, a*b, true",
        "a\\*b, ab, false",
        "a?b, a☺b, true",
        "a[^a]b, a☺b, true",
        "a???b, a☺b, false",
        "[a-ζ]*, α, true",
        "*[a-ζ], A, false",
        "[\\]a], ], true",
        "[\\-], -, true",
        "[x\\-], -, true",
        "[\\-x], a, false",
        "*x, xxx, true",
        "[[]a, [a, true"
    })
    void matchesAsGoDoes(String pattern, String name, boolean matches) throws Exception {
        assertThat(GoPattern.of(pattern).matches(RawPath.of(name))).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]a]", "[-]", "[x-]", "[-x]", "[a-b-c]", "[", "[^", "[^bc", "a[", "[a", "a\\"})
    void refusesWhatGoRefuses(String pattern) {
        assertThatThrownBy(() -> GoPattern.of(pattern))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("syntax error in pattern");
    }

    @Test
    void namesThatAreNotTextAreComparedByBytes() throws Exception {
        RawPath name = RawPath.of(new byte[] {'a', (byte) 0xff, 'b'});
        assertThat(GoPattern.of("a?b").matches(name)).isTrue();
        assertThat(GoPattern.of("a*").matches(name)).isTrue();
        assertThat(GoPattern.of("a??b").matches(name)).isFalse();
    }
}
