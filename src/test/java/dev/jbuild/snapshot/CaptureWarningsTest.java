package dev.jbuild.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("kernel")
class CaptureWarningsTest {
    @Test
    void socketsAreLeftOutAndNamed(@TempDir Path upper) throws Exception {
        Files.writeString(upper.resolve("file"), "x");
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(upper.resolve("agent")));
        }
        Captured captured = Capture.capture(upper, MergedView.of(List.of()));
        assertThat(captured.warnings())
                .containsExactly("the socket agent was left out, because a layer can't hold sockets");
        assertThat(captured.index().entries())
                .noneMatch(entry -> entry.path().toString().equals("agent"));
    }
}
