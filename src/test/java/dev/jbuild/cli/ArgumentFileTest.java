package dev.jbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArgumentFileTest {
    @TempDir
    private Path directory;

    private Map<String, String> read(String text) throws JbuildException, IOException {
        return ArgumentFile.read(Files.writeString(directory.resolve("args"), text));
    }

    @Test
    void aNameAndAValueALine() throws Exception {
        assertThat(read("# comment\n\nA=1\n  B=two words # and more\nC=\nD=x=y\nA=2\r\n"))
                .isEqualTo(Map.of("A", "2", "B", "two words # and more", "C", "", "D", "x=y"));
    }

    @Test
    void otherLinesAreRefused() {
        assertThatThrownBy(() -> read("A=1\nB\n"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("line 2 of")
                .hasMessageContaining("B");
        assertThatThrownBy(() -> ArgumentFile.read(directory.resolve("none")))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("none");
    }
}
