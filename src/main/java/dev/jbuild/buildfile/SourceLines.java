package dev.jbuild.buildfile;

import java.util.ArrayList;
import java.util.List;

/** The physical lines of a file, with their ends, up to the first one that is too long. */
final class SourceLines {
    /** A line with its end may not be longer; the last one, which has none, must be shorter. */
    static final int LONGEST = 64 * 1024;

    private final List<String> lines;
    private final boolean cut;
    private int position;

    private SourceLines(List<String> lines, boolean cut) {
        this.lines = lines;
        this.cut = cut;
    }

    static SourceLines of(byte[] bytes) {
        List<String> lines = new ArrayList<>();
        for (int start = startOf(bytes); start < bytes.length; ) {
            int end = start;
            while (end < bytes.length && bytes[end] != '\n') {
                end++;
            }
            boolean complete = end < bytes.length;
            int next = complete ? end + 1 : end;
            if (next - start > LONGEST - (complete ? 0 : 1)) {
                return new SourceLines(lines, true);
            }
            lines.add(Utf8.decode(bytes, start, next));
            start = next;
        }
        return new SourceLines(lines, false);
    }

    /** Where the text starts: behind the byte order mark. */
    private static int startOf(byte[] bytes) {
        boolean marked =
                bytes.length >= 3 && bytes[0] == (byte) 0xef && bytes[1] == (byte) 0xbb && bytes[2] == (byte) 0xbf;
        return marked ? 3 : 0;
    }

    boolean hasNext() {
        return position < lines.size();
    }

    String next() {
        return lines.get(position++);
    }

    /** How many lines were taken, which is the number of the last one. */
    int taken() {
        return position;
    }

    /** Whether the file goes on with a line that is too long. */
    boolean isCut() {
        return cut;
    }

    /** All lines without their ends. */
    List<String> all() {
        return lines.stream().map(Text::trimNewline).toList();
    }
}
