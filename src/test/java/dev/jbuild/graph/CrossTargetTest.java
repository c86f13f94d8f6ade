package dev.jbuild.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.oci.Platform;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CrossTargetTest {
    private static final Platform AMD64 = new Platform("linux", "amd64");

    private static String suffix(Map<String, String> variables) {
        return CrossTarget.of(variables).map(target -> target.suffix(AMD64)).orElse("none");
    }

    @Test
    void saysWhatIsCompiledFor() {
        assertThat(suffix(Map.of("A", "b"))).isEqualTo("none");
        assertThat(suffix(Map.of("TARGETPLATFORM", "linux/arm"))).isEqualTo("->arm/v7");
        assertThat(suffix(Map.of("TARGETARCH", "arm64"))).isEqualTo("->arm64");
        assertThat(suffix(Map.of("TARGETARCH", "arm", "TARGETVARIANT", "v6"))).isEqualTo("->arm/v6");
        assertThat(suffix(Map.of("TARGETOS", "windows"))).isEqualTo("->windows/amd64");
        assertThat(suffix(Map.of("TARGETPLATFORM", "linux/amd64", "TARGETARCH", "arm64")))
                .isEmpty();
        assertThat(suffix(Map.of("TARGETPLATFORM", "my own/!", "TARGETARCH", "s390x")))
                .isEqualTo("->s390x");
    }
}
