package dev.jbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NameLinesTest {
    @ParameterizedTest
    @CsvSource({
        "plain,plain",
        "ä€𝄞 x,ä€𝄞 x",
        "a\u001b[2Jb,a\\033[2Jb",
        "a\u0007b,a\\007b",
        "a\\b,a\\\\b",
        "a\u202eb,a\\342\\200\\256b",
        "a\u2028b,a\\342\\200\\250b",
        "a\u009bb,a\\302\\233b",
    })
    void whatMovesTheCursorIsEscaped(String name, String escaped) {
        assertThat(NameLines.escaped(name.getBytes(StandardCharsets.UTF_8))).isEqualTo(escaped);
    }

    @Test
    void bytesThatAreNoTextAreToldToo() {
        assertThat(NameLines.escaped(new byte[] {'a', (byte) 0xff, 'b', (byte) 0xc3}))
                .isEqualTo("a\\377b\\303");
        assertThat(NameLines.escaped("a\nb\tc\rd".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("a\\nb\\tc\\rd");
    }

    @Test
    void aPipeGetsTheNameAsItIs() {
        byte[] name = {'a', (byte) 0xff, 27};
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        new NameLines(stream, false).text("[0] ").name(name).end();
        assertThat(out.toByteArray()).isEqualTo(new byte[] {'[', '0', ']', ' ', 'a', (byte) 0xff, 27, '\n'});
        out.reset();
        new NameLines(stream, true).name(name).end();
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("a\\377\\033\n");
    }
}
