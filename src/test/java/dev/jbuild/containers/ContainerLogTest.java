package dev.jbuild.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerLogTest {
    private static final String TIME = "2026-11-27T17:22:18.255447685Z ";

    @TempDir
    Path temp;

    private List<String> read(Path file, int rounds) throws JbuildException {
        List<String> pieces = new ArrayList<>();
        int[] left = {rounds};
        new ContainerLog(file)
                .read(
                        piece -> pieces.add((piece.error() ? "2" : "1") + (piece.whole() ? "F" : "P") + piece.text()),
                        () -> {
                            left[0]--;
                            if (left[0] == 1) {
                                append(file, "rt\n" + TIME + "stderr F \n");
                            }
                            return left[0] > 0;
                        },
                        new Cancellation());
        return pieces;
    }

    private static void append(Path file, String text) {
        try {
            Files.writeString(file, text, StandardCharsets.ISO_8859_1, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void linesAreTakenWholeAndBytesAsTheyAre() throws Exception {
        Path file = Files.createFile(temp.resolve("log"));
        append(file, TIME + "stdout F  a b\r\u00ff\n" + TIME + "stdout P \u0000pa");

        assertThat(read(file, 3)).containsExactly("1F a b\r\u00ff", "1P\u0000part", "2F");
        assertThat(new ContainerLog(file).countLines()).isEqualTo(2);
    }

    @Test
    void anUnfinishedLineIsOneToo() throws Exception {
        Path file = Files.createFile(temp.resolve("log"));
        append(file, TIME + "stdout F x\n" + TIME + "stdout P y\n");

        assertThat(new ContainerLog(file).countLines()).isEqualTo(2);
        assertThat(new ContainerLog(temp.resolve("none")).countLines()).isZero();
    }

    @Test
    void whatIsNoLogIsSaid() throws Exception {
        Path file = Files.createFile(temp.resolve("log"));
        append(file, "hello\n");

        assertThatThrownBy(() -> read(file, 0))
                .isInstanceOf(EnvironmentError.class)
                .hasMessageContaining("log");
    }
}
