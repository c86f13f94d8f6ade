package dev.jbuild.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Tells by its first bytes whether a stream is a tar archive, compressed or not, rather than a text. */
final class ArchiveHeader {
    /** As many bytes are looked at. */
    static final int LENGTH = 1024;

    private static final int BLOCK = 512;
    private static final int CHECKSUM = 148;
    private static final int CHECKSUM_LENGTH = 8;
    private static final byte[][] COMPRESSED = {
        {0x42, 0x5a, 0x68}, // bzip2
        {0x1f, (byte) 0x8b, 0x08}, // gzip
        {(byte) 0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00}, // xz
        {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd}, // zstd
    };

    private ArchiveHeader() {}

    /** Looks at a stream that can go back, and goes back. */
    static boolean peek(InputStream in) throws IOException {
        in.mark(LENGTH);
        byte[] first = in.readNBytes(LENGTH);
        in.reset();
        for (byte[] magic : COMPRESSED) {
            if (first.length >= magic.length && Arrays.equals(Arrays.copyOf(first, magic.length), magic)) {
                return true;
            }
        }
        return first.length >= BLOCK && isTar(first);
    }

    /** Whether the sum of the header's bytes, those of the sum counting as blanks, is what it says. */
    private static boolean isTar(byte[] header) {
        int sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            boolean ofSum = i >= CHECKSUM && i < CHECKSUM + CHECKSUM_LENGTH;
            sum += ofSum ? ' ' : header[i] & 0xff;
        }
        String written = new String(header, CHECKSUM, CHECKSUM_LENGTH, StandardCharsets.ISO_8859_1)
                .replace('\0', ' ')
                .strip();
        return written.matches("[0-7]+") && Integer.parseInt(written, 8) == sum;
    }
}
