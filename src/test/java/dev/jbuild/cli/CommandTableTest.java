package dev.jbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandTableTest {
    private final TestConsole console = new TestConsole();

    @Test
    void aWrongCommandLineIsAUsageError() {
        assertThat(console.run("bild")).isEqualTo(2);
        assertThat(console.err()).contains("ERROR: unknown command: bild").contains("did you mean build?");
    }

    @Test
    void aNearFlagIsSuggested() {
        assertThat(console.run("build", "--tagg=x", ".")).isEqualTo(2);
        assertThat(console.err()).contains("ERROR: unknown flag: --tagg\n").contains("did you mean --tag");
    }

    @Test
    void aMissingArgumentIsSaid() {
        assertThat(console.run("tag", "a")).isEqualTo(2);
        assertThat(console.err())
                .startsWith("ERROR: missing required parameter: 'NAME[:TAG]'")
                .contains("hint: call it as jbuild tag [OPTIONS] IMAGE NAME[:TAG]\n");
    }

    @Test
    void aBuildWithoutContextIsToldWhatMostMean() {
        assertThat(console.run("b")).isEqualTo(2);
        assertThat(console.err())
                .startsWith("ERROR: missing required parameter: 'CONTEXT'")
                .contains("hint: call it as jbuild build [OPTIONS] CONTEXT, such as jbuild build . for the current");
    }

    @Test
    void tooManyArgumentsAreRefused() {
        assertThat(console.run("tag", "a", "b", "c")).isEqualTo(2);
        assertThat(console.err()).startsWith("ERROR: one argument too many: c\n");
    }

    @Test
    void helpIsPrintedOnStandardOutput() {
        assertThat(console.run("build", "--help")).isZero();
        assertThat(console.out()).contains("--build-arg").contains("CONTEXT");
        assertThat(console.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-h", "build -h", "b -h", "images -h", "store -h", "store verify -h", "-h images"})
    void theShortFlagIsHelpToo(String line) {
        assertThat(console.run(line.split(" "))).isZero();
        assertThat(console.out()).startsWith("Usage: jbuild").contains("-h, --help");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ls", "run"})
    void theShortFlagKeepsItsOtherMeaning(String command) {
        assertThat(console.run(command, "-h")).isEqualTo(2);
        assertThat(console.run(command, "--help")).isZero();
        assertThat(console.out()).contains("--help").doesNotContain("-h, --help");
    }

    @Test
    void allCommandsStandInTheHelp() {
        assertThat(console.run("--help")).isZero();
        assertThat(console.out())
                .contains("build", "images", "inspect", "history", "tag", "rmi", "save", "load", "import", "pull")
                .contains("push", "login", "logout", "run", "prune", "doctor", "version");
    }

    @Test
    void globalFlagsStandBeforeOrAfterTheCommand() {
        assertThat(console.run("--root", "/nowhere", "version")).isZero();
        assertThat(console.run("version", "--root=/nowhere", "-D")).isZero();
        assertThat(console.run("--version")).isZero();
        assertThat(console.out().lines()).hasSize(3).allMatch(line -> line.startsWith("jbuild version "));
    }

    @Test
    void anUnknownProgressIsRefused() {
        assertThat(console.run("build", "--progress=fancy", ".")).isEqualTo(2);
        assertThat(console.err()).contains("unknown kind \"fancy\"");
        assertThat(console.run("build", "--progress=tty", ".")).isEqualTo(2);
        assertThat(console.err()).contains("standard error is not a terminal");
    }

    @Test
    void theNameOfAnImageIsChecked() {
        assertThat(console.run("tag", "a", "Not A Name")).isEqualTo(2);
        assertThat(console.err()).contains("\"Not A Name\" is not an image name");
    }

    @Test
    void runRefusesWhatItCantDo() {
        assertThat(console.run("run", "--rm", "-v", "/no/such:/b", "busybox", "-v"))
                .isEqualTo(2);
        assertThat(console.err()).contains("there is no file or directory /no/such");
        assertThat(console.run("run", "--privileged", "busybox")).isEqualTo(2);
        assertThat(console.err()).contains("--allow security.insecure");
        assertThat(console.run("run", "-it", "busybox")).isEqualTo(2);
        assertThat(console.err()).contains("-t needs a terminal");
    }

    @Test
    void pruneAsksBeforeItDropsTheCache(@TempDir Path store) {
        assertThat(console.run("--root", store.toString(), "prune", "--all")).isEqualTo(2);
        assertThat(console.err()).contains("--force");
    }
}
