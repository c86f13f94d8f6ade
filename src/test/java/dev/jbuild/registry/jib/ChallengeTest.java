package dev.jbuild.registry.jib;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChallengeTest {
    @Test
    void readsQuotedParameters() {
        assertThat(Challenge.parse(List.of(
                        "Bearer realm=\"https://a/t?x=1,2\", service = \"s\\\"q\",scope=\"repository:a/b:pull,push\"")))
                .containsExactly(new Challenge(
                        "bearer",
                        Map.of("realm", "https://a/t?x=1,2", "service", "s\"q", "scope", "repository:a/b:pull,push")));
    }

    @Test
    void readsSeveralChallenges() {
        assertThat(Challenge.parse(List.of("Basic realm=here, Bearer realm=\"r\"", "Negotiate")))
                .extracting(Challenge::scheme)
                .containsExactly("basic", "bearer", "negotiate");
    }

    @Test
    void survivesNonsense() {
        assertThat(Challenge.parse(List.of("", ",,,", "=x", "Bearer realm=\"open", "\"")))
                .hasSizeLessThan(4);
    }
}
