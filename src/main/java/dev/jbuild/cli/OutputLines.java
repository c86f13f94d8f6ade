package dev.jbuild.cli;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts the output of one stream of a process into lines, however the bytes are split on their way: an unfinished line, and
 * with it an unfinished UTF-8 character, waits for its end.
 */
final class OutputLines {
    /** A line longer than this is shown in pieces, so that memory stays bounded. */
    private static final int LONGEST = 64 * 1024;

    private final ByteArrayOutputStream unfinished = new ByteArrayOutputStream();

    /** The lines that these bytes complete, without their line ends. */
    List<String> add(byte[] bytes) {
        List<String> lines = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                unfinished.write(bytes, start, i - start);
                lines.add(take());
                start = i + 1;
            } else if (unfinished.size() + i - start >= LONGEST && startsCharacter(bytes[i])) {
                unfinished.write(bytes, start, i - start);
                lines.add(take());
                start = i;
            }
        }
        unfinished.write(bytes, start, bytes.length - start);
        return lines;
    }

    /** What was printed after the last line end, if anything. */
    List<String> finish() {
        return unfinished.size() == 0 ? List.of() : List.of(take());
    }

    private String take() {
        String line = unfinished.toString(StandardCharsets.UTF_8);
        unfinished.reset();
        return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    }

    private static boolean startsCharacter(byte b) {
        return (b & 0xC0) != 0x80;
    }
}
