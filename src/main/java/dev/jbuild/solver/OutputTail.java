package dev.jbuild.solver;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The last lines that a process printed, on both streams in the order they came. Safe for use by many threads. */
final class OutputTail {
    private static final int MAX_LINES = 50;
    private static final int MAX_LINE_BYTES = 4096;

    private final Deque<String> lines = new ArrayDeque<>();
    private final ByteArrayOutputStream partial = new ByteArrayOutputStream();

    synchronized void add(byte[] bytes, int length) {
        for (int i = 0; i < length; i++) {
            if (bytes[i] == '\n') {
                endLine();
            } else if (partial.size() < MAX_LINE_BYTES) {
                partial.write(bytes[i]);
            }
        }
    }

    private void endLine() {
        lines.addLast(partial.toString(StandardCharsets.UTF_8));
        partial.reset();
        if (lines.size() > MAX_LINES) {
            lines.removeFirst();
        }
    }

    synchronized List<String> lines() {
        List<String> all = new ArrayList<>(lines);
        if (partial.size() > 0) {
            all.add(partial.toString(StandardCharsets.UTF_8));
        }
        return all;
    }
}
