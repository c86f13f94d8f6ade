package dev.jbuild.layer;

import java.nio.charset.StandardCharsets;

/** Reads the fields of a copy of a header block: v7, ustar, star and GNU. */
final class TarFields {
    private static final TarHeader.Field STAR_PREFIX = new TarHeader.Field(345, 131);
    private static final TarHeader.Field STAR_TRAILER = new TarHeader.Field(508, 4);

    private final byte[] block;

    /**
     * @throws MalformedArchive if the checksum is wrong
     */
    static TarFields of(byte[] block) throws MalformedArchive {
        TarFields fields = new TarFields(block);
        fields.verifyChecksum();
        return fields;
    }

    /** Of a block that has no checksum, as those that continue a sparse map. */
    static TarFields unchecked(byte[] block) {
        return new TarFields(block);
    }

    private TarFields(byte[] block) {
        this.block = block.clone();
    }

    private void verifyChecksum() throws MalformedArchive {
        long unsigned = 0;
        long signed = 0;
        for (int i = 0; i < block.length; i++) {
            boolean inChecksum =
                    i >= TarHeader.CHECKSUM.offset() && i < TarHeader.CHECKSUM.offset() + TarHeader.CHECKSUM.length();
            int b = inChecksum ? ' ' : block[i];
            unsigned += b & 0xff;
            signed += b;
        }
        long said = number(TarHeader.CHECKSUM, "checksum");
        // Ancient writers summed signed chars.
        if (said != unsigned && said != signed) {
            throw new MalformedArchive("invalid tar header: its checksum is wrong");
        }
    }

    char type() {
        return (char) (block[TarHeader.TYPE.offset()] & 0xff);
    }

    /** The name with the prefix, where the format has one. */
    String name() {
        String name = text(TarHeader.NAME);
        String prefix = prefix();
        return prefix.isEmpty() ? name : prefix + '/' + name;
    }

    private String prefix() {
        // The magic ends with a NUL in ustar and star; with a blank in GNU's, which keeps other things there; v7 has
        // none.
        if (!text(TarHeader.MAGIC).equals("ustar")) {
            return "";
        }
        return text(STAR_TRAILER).equals("tar") ? text(STAR_PREFIX) : text(TarHeader.PREFIX);
    }

    String linkName() {
        return text(TarHeader.LINK_NAME);
    }

    /** Text up to the first NUL, one byte a char. */
    String text(TarHeader.Field field) {
        int end = field.offset();
        while (end < field.offset() + field.length() && block[end] != 0) {
            end++;
        }
        return new String(block, field.offset(), end - field.offset(), StandardCharsets.ISO_8859_1);
    }

    /** Octal digits, or GNU's binary form. */
    long number(TarHeader.Field field, String what) throws MalformedArchive {
        return (block[field.offset()] & 0x80) == 0 ? octal(field, what) : binary(field, what);
    }

    private long octal(TarHeader.Field field, String what) throws MalformedArchive {
        int start = field.offset();
        int end = start + field.length();
        while (start < end && isBlank(block[start])) {
            start++;
        }
        while (end > start && isBlank(block[end - 1])) {
            end--;
        }
        long value = 0;
        for (int i = start; i < end; i++) {
            if (block[i] < '0' || block[i] > '7') {
                throw new MalformedArchive("invalid tar header: its " + what + " isn't a number");
            }
            value = (value << 3) | (block[i] - '0');
        }
        return value;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == 0;
    }

    /** Big-endian two's complement, its first bit taken as the mark of this form and its second as the sign. */
    private long binary(TarHeader.Field field, String what) throws MalformedArchive {
        boolean negative = (block[field.offset()] & 0x40) != 0;
        long value = negative ? -1 : 0;
        for (int i = 0; i < field.length(); i++) {
            int b = block[field.offset() + i] & 0xff;
            if (i == 0) {
                b = negative ? b : b & 0x7f;
            }
            long more = (value << 8) | b;
            if (more >> 8 != value) {
                throw new MalformedArchive("invalid tar header: its " + what + " is too large");
            }
            value = more;
        }
        return value;
    }

    static boolean isZero(byte[] block) {
        for (byte b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }
}
