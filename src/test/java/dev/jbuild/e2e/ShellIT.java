package dev.jbuild.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.testing.Needs;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A shell where a step ran: what it is told comes from a terminal, or from a pipe. */
class ShellIT extends EndToEnd {
    @Test
    @Timeout(60)
    void itReadsStandardInputWhateverThatIs() throws Exception {
        Needs.machine(Files.isExecutable(Path.of("/usr/bin/script")), "script is not installed");
        jbuild.withBusybox();
        write("Buildfile", "FROM busybox\nENV MODE=odd\nWORKDIR /w\nRUN echo new > made\n");
        jbuild.run("build", "--quiet", ".").succeeded();

        Program.Result piped =
                jbuild.run("cat made; echo mode=$MODE; exit 3\n".getBytes(StandardCharsets.UTF_8), "shell", ":");

        assertThat(piped.ended(3).out()).isEqualTo("new\nmode=odd\n");
        Program.Shown shown = jbuild.typing("/w # ", "ls; echo mode=$MODE; exit 4", "shell : --before");
        assertThat(shown.text())
                .contains("[3/3] RUN echo new > made")
                .contains("mode=odd\r\n")
                .doesNotContain("made\r\nmode");
        assertThat(shown.status()).isEqualTo(4);
    }
}
