package dev.jbuild.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CacheKeyTest {
    @Test
    void equalPreimagesGiveEqualKeys() {
        assertThat(key(List.of("a", "b"))).isEqualTo(key(List.of("a", "b")));
    }

    @Test
    void listsOfTheSameTextDifferWhenCutElsewhere() {
        assertThat(key(List.of("a b")).digest())
                .isNotEqualTo(key(List.of("a", "b")).digest());
    }

    @Test
    void kindAndVersionCount() {
        assertThat(CacheKey.of("run", 1).build().digest())
                .isNotEqualTo(CacheKey.of("run", 2).build().digest())
                .isNotEqualTo(CacheKey.of("copy", 1).build().digest());
    }

    @Test
    void thePreimageCanBeRead() {
        assertThat(key(List.of("a")).preimage()).isEqualTo("{\"kind\":\"run/1\",\"args\":[\"a\"],\"root\":\"x\"}");
    }

    private static CacheKey key(List<String> args) {
        return CacheKey.of("run", 1).add("args", args).add("root", "x").build();
    }
}
