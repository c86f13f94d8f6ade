package dev.jbuild.solver;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class OutputTailTest {
    private final OutputTail tail = new OutputTail();

    @Test
    void linesAreJoinedAcrossPieces() {
        add("one\ntw");
        add("o\nthr");
        assertThat(tail.lines()).containsExactly("one", "two", "thr");
    }

    @Test
    void onlyTheLastLinesAreKept() {
        for (int i = 1; i <= 120; i++) {
            add("line " + i + "\n");
        }
        assertThat(tail.lines()).hasSize(50).startsWith("line 71").endsWith("line 120");
    }

    @Test
    void anEndlessLineTakesBoundedMemory() {
        for (int i = 0; i < 100; i++) {
            add("x".repeat(1000));
        }
        assertThat(tail.lines()).singleElement().asString().hasSize(4096);
    }

    private void add(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        tail.add(bytes, bytes.length);
    }
}
