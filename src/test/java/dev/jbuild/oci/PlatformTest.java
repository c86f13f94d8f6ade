package dev.jbuild.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlatformTest {
    private static final Platform HOST = new Platform("linux", "arm64", "v9", "");

    @ParameterizedTest
    @CsvSource({
        "linux/amd64, linux/amd64",
        "Linux/x86_64, linux/amd64",
        "linux/x86-64/v1, linux/amd64",
        "linux/amd64/v3, linux/amd64/v3",
        "linux/i386/x, linux/386",
        "linux/aarch64, linux/arm64",
        "linux/arm64/v8, linux/arm64",
        "linux/arm64/8, linux/arm64",
        "linux/arm64/v8.0, linux/arm64",
        "linux/arm64/9.0, linux/arm64/v9",
        "linux/arm, linux/arm/v7",
        "linux/arm/6, linux/arm/v6",
        "linux/armhf, linux/arm/v7",
        "linux/armel, linux/arm/v6",
        "macos/arm64, darwin/arm64",
        "windows(10.0.17763)/amd64, windows(10.0.17763)/amd64",
        "exotic/machine/x1, exotic/machine/x1",
        "linux, linux/arm64/v9",
        "windows, windows/arm64",
        "amd64, linux/amd64",
        "armel, linux/arm/v6",
    })
    void normalises(String written, String expected) {
        assertThat(Platform.parse(written, HOST)).hasToString(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "linux/",
                "/amd64",
                "linux/amd64/v1/x",
                "linux/amd*",
                "linux/amd64(1)",
                "notathing",
                "a b"
            })
    void refuses(String text) {
        assertThatThrownBy(() -> Platform.parse(text, HOST))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + text + "\"");
    }

    @ParameterizedTest
    @CsvSource({
        "linux/amd64, linux/amd64, true",
        "linux/amd64, linux/amd64/v1, true",
        "linux/amd64, linux/amd64/v3, false",
        "linux/amd64/v3, linux/amd64, true",
        "linux/amd64/v3, linux/amd64/v2, true",
        "linux/arm/v7, linux/arm/v6, true",
        "linux/arm/v6, linux/arm, false",
        "linux/arm64, linux/arm64/v8, true",
        "linux/arm64, linux/arm/v7, false",
        "linux/amd64, windows/amd64, false",
        "linux/amd64, unknown/unknown, false",
    })
    void acceptsWhatRunsThere(String asked, String offered, boolean accepted) {
        assertThat(Platform.parse(asked, HOST).accepts(Platform.parse(offered, HOST)))
                .isEqualTo(accepted);
    }

    @Test
    void ofJvm() {
        assertThat(Platform.ofJvm("amd64")).hasToString("linux/amd64");
        assertThat(Platform.ofJvm("aarch64")).hasToString("linux/arm64");
    }
}
