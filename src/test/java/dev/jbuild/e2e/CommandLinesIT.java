package dev.jbuild.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the packaged program reads command lines by. */
class CommandLinesIT extends EndToEnd {
    @ParameterizedTest
    @CsvSource({
        "images, false",
        "--root=other ps -a, false",
        "builder du --root other, false",
        "build --call=targets ., false",
        "version -D, false",
        "images --help, true",
        "images --no-such, true"
    })
    void picocliIsStartedOnlyForLinesThatArentPlain(String line, boolean started) throws IOException {
        write("Buildfile", "FROM scratch\n");
        Path classes = temp.resolve("classes");
        jbuild.env("JBUILD_CDS", "off").env("JBUILD_OPTS", "-Xlog:class+load:file=" + classes);
        Program.Result result = jbuild.run(line.split(" "));
        assertThat(result.status()).as(result.err()).isEqualTo(line.contains("--no-such") ? 2 : 0);
        assertThat(Files.readString(classes).contains(" picocli.CommandLine$Model$CommandSpec "))
                .isEqualTo(started);
    }
}
