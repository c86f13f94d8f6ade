package dev.jbuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NetworkFilesTest {
    private static final String PUBLIC = "nameserver 8.8.8.8\nnameserver 8.8.4.4\n"
            + "nameserver 2001:4860:4860::8888\nnameserver 2001:4860:4860::8844\n";

    @Test
    void loopbackNameServersAreLeftOut() {
        assertThat(NetworkFiles.reachable(
                        "# c\nsearch a b\nnameserver 127.0.0.53\nnameserver 10.0.0.1\nnameserver ::1\n"))
                .isEqualTo("# c\nsearch a b\nnameserver 10.0.0.1\n");
    }

    @Test
    void publicOnesStandInWhenNoneIsLeft() {
        assertThat(NetworkFiles.reachable("options edns0\nnameserver\t127.0.0.1\n"))
                .isEqualTo("options edns0\n" + PUBLIC);
        assertThat(NetworkFiles.reachable("")).isEqualTo(PUBLIC);
    }

    @Test
    void helpersForwardToThoseOnLoopback() {
        assertThat(NetworkFiles.forwarded("search a\nnameserver 127.0.0.1\nnameserver ::1\n"))
                .isEqualTo("search a\nnameserver 10.0.2.3\n");
        assertThat(NetworkFiles.areLocal("nameserver ::1\nnameserver 127.0.0.1\n"))
                .isTrue();
        assertThat(NetworkFiles.areLocal("nameserver 127.0.0.1\nnameserver 10.0.0.1\n"))
                .isFalse();
        assertThat(NetworkFiles.areLocal("nameserver ::1\n")).isFalse();
        assertThat(NetworkFiles.areLocal("")).isFalse();
    }

    @Test
    void commentedNameServersDoNotCount() {
        assertThat(NetworkFiles.reachable("#nameserver 10.0.0.1\n")).endsWith(PUBLIC);
    }

    @Test
    void hostsNameTheContainerAndTheExtraOnes() {
        assertThat(NetworkFiles.hosts("box", List.of("1.2.3.4\tx", "::5\ty")))
                .isEqualTo("127.0.0.1\tlocalhost box\n::1\tlocalhost ip6-localhost ip6-loopback\n1.2.3.4\tx\n::5\ty\n");
        assertThat(NetworkFiles.hosts("", List.of())).startsWith("127.0.0.1\tlocalhost buildkitsandbox\n");
    }
}
