package dev.jbuild.buildfile;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {
    @ParameterizedTest
    @CsvSource({
        "0,0",
        "32,32",
        "32b,32",
        "32k,32768",
        "32K,32768",
        "32kb,32768",
        "32KiB,32768",
        "1.5m,1572864",
        ".5g,536870912",
        "1 t,1099511627776",
        "1e3,1000"
    })
    void sizes(String text, long bytes) {
        assertThat(ByteSize.parse(text)).hasValue(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "k", "-1", "1x", "1bb", "1ib", "1kbb", "0x10", "1  k", "."})
    void notSizes(String text) {
        assertThat(ByteSize.parse(text)).isEmpty();
    }
}
