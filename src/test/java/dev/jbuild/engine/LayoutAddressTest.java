package dev.jbuild.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.oci.Digest;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LayoutAddressTest {
    private static final Digest DIGEST = Digest.sha256(new byte[0]);

    private static LayoutAddress address(String path, String tag, Digest digest) {
        return new LayoutAddress(path, Optional.ofNullable(tag), Optional.ofNullable(digest));
    }

    @Test
    void tagsAndDigests() {
        assertThat(LayoutAddress.parse("///a/b")).isEqualTo(address("/a/b", null, null));
        assertThat(LayoutAddress.parse("a")).isEqualTo(address("a", null, null));
        assertThat(LayoutAddress.parse("///a:1.2")).isEqualTo(address("/a", "1.2", null));
        assertThat(LayoutAddress.parse("///a@" + DIGEST)).isEqualTo(address("/a", null, DIGEST));
        assertThat(LayoutAddress.parse("///a:x@" + DIGEST)).isEqualTo(address("/a", "x", DIGEST));
    }

    @Test
    void signsThatBelongToThePath() {
        assertThat(LayoutAddress.parse("///a:b/c@d")).isEqualTo(address("/a:b/c@d", null, null));
    }
}
