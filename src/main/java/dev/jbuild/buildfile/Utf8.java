package dev.jbuild.buildfile;

import java.nio.charset.StandardCharsets;

/** Decodes bytes that should be UTF-8. */
final class Utf8 {
    private static final int REPLACEMENT = 0xfffd;

    private Utf8() {}

    /** The text of some bytes; each byte that is not part of a character becomes one replacement character. */
    static String decode(byte[] bytes, int start, int end) {
        for (int i = start; i < end; i++) {
            if (bytes[i] < 0) {
                return decodeSlowly(bytes, start, end);
            }
        }
        return new String(bytes, start, end - start, StandardCharsets.US_ASCII);
    }

    private static String decodeSlowly(byte[] bytes, int start, int end) {
        StringBuilder out = new StringBuilder(end - start);
        for (int i = start; i < end; ) {
            int length = length(bytes, i, end);
            if (length == 0) {
                out.appendCodePoint(REPLACEMENT);
                i++;
            } else {
                out.append(new String(bytes, i, length, StandardCharsets.UTF_8));
                i += length;
            }
        }
        return out.toString();
    }

    /** How many bytes the character at a place takes, 0 when there is none. */
    private static int length(byte[] bytes, int at, int end) {
        int first = bytes[at] & 0xff;
        int length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
        if (at + length > end) {
            return 0;
        }
        for (int i = 1; i < length; i++) {
            if ((bytes[at + i] & 0xc0) != 0x80) {
                return 0;
            }
        }
        if (length < 3) {
            return length;
        }
        int second = bytes[at + 1] & 0xff;
        boolean overlong = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
        boolean outside = (first == 0xed && second >= 0xa0) || (first == 0xf4 && second >= 0x90);
        return overlong || outside ? 0 : length;
    }
}
