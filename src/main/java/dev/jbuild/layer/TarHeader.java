package dev.jbuild.layer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A ustar header block being made, and the PAX records for what doesn't fit into it. */
final class TarHeader {
    /** Where a field lies in the block. */
    record Field(int offset, int length) {}

    static final Field NAME = new Field(0, 100);
    static final Field MODE = new Field(100, 8);
    static final Field UID = new Field(108, 8);
    static final Field GID = new Field(116, 8);
    static final Field SIZE = new Field(124, 12);
    static final Field MTIME = new Field(136, 12);
    static final Field CHECKSUM = new Field(148, 8);
    static final Field TYPE = new Field(156, 1);
    static final Field LINK_NAME = new Field(157, 100);
    static final Field MAGIC = new Field(257, 8);
    static final Field DEVICE_MAJOR = new Field(329, 8);
    static final Field DEVICE_MINOR = new Field(337, 8);
    static final Field PREFIX = new Field(345, 155);

    private final byte[] block = new byte[512];

    TarHeader(char type) {
        block[TYPE.offset()] = (byte) type;
        put(MAGIC, "ustar\00000".getBytes(StandardCharsets.US_ASCII));
        for (Field number : new Field[] {MODE, UID, GID, SIZE, MTIME, DEVICE_MAJOR, DEVICE_MINOR}) {
            number(number, 0);
        }
    }

    /** Text that goes into a record too if it is too long for the field or not ASCII. */
    void text(Field field, byte[] value, String key, ByteArrayOutputStream records) {
        if (value.length > field.length() || !isAscii(value)) {
            record(key.getBytes(StandardCharsets.US_ASCII), value, records);
        }
        put(field, value);
    }

    private void put(Field field, byte[] value) {
        System.arraycopy(value, 0, block, field.offset(), Math.min(value.length, field.length()));
    }

    /** A number that goes into a record instead if it doesn't fit into the field. */
    void number(Field field, long value, String key, ByteArrayOutputStream records) {
        if (fits(field, value)) {
            number(field, value);
        } else {
            record(
                    key.getBytes(StandardCharsets.US_ASCII),
                    Long.toString(value).getBytes(StandardCharsets.US_ASCII),
                    records);
        }
    }

    /** Octal digits with leading zeros and a NUL. */
    void number(Field field, long value) {
        if (!fits(field, value)) {
            throw new IllegalArgumentException(value + " doesn't fit into " + (field.length() - 1) + " octal digits");
        }
        long left = value;
        for (int i = field.offset() + field.length() - 2; i >= field.offset(); i--) {
            block[i] = (byte) ('0' + (left & 7));
            left >>>= 3;
        }
    }

    private static boolean fits(Field field, long value) {
        return value >= 0 && (value >>> (3 * (field.length() - 1))) == 0;
    }

    private static boolean isAscii(byte[] value) {
        for (byte b : value) {
            if (b < 0) {
                return false;
            }
        }
        return true;
    }

    /** Appends a PAX record: its length in decimal digits, which count themselves, a space, {@code key=value}, newline. */
    static void record(byte[] key, byte[] value, ByteArrayOutputStream records) {
        int rest = key.length + value.length + 3;
        int length = rest + digits(rest);
        length = rest + digits(length);
        records.writeBytes((length + " ").getBytes(StandardCharsets.US_ASCII));
        records.writeBytes(key);
        records.write('=');
        records.writeBytes(value);
        records.write('\n');
    }

    /** Appends the record of an extended attribute. */
    static void xattr(String name, byte[] value, ByteArrayOutputStream records) {
        if (name.indexOf('=') < 0) {
            record(("SCHILY.xattr." + name).getBytes(StandardCharsets.UTF_8), value, records);
        } else {
            // A key ends at its first equals sign; only libarchive's form can say this name.
            String encoded = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
            byte[] key = ("LIBARCHIVE.xattr." + encoded).getBytes(StandardCharsets.US_ASCII);
            record(key, Base64.getEncoder().encode(value), records);
        }
    }

    /** Writes records as the extended header {@code x} of the entry that follows, or {@code g} of all that follow. */
    static void description(char type, ByteArrayOutputStream records, OutputStream out) throws IOException {
        TarHeader header = new TarHeader(type);
        header.text(NAME, "PaxHeader".getBytes(StandardCharsets.US_ASCII), "", records);
        header.number(MODE, 0644);
        header.number(SIZE, records.size());
        out.write(header.finish());
        records.writeTo(out);
        int over = records.size() % 512;
        if (over > 0) {
            out.write(new byte[512 - over]);
        }
    }

    private static int digits(int number) {
        return Integer.toString(number).length();
    }

    /** The block with its checksum. */
    byte[] finish() {
        java.util.Arrays.fill(block, CHECKSUM.offset(), CHECKSUM.offset() + CHECKSUM.length(), (byte) ' ');
        int sum = 0;
        for (byte b : block) {
            sum += b & 0xff;
        }
        number(new Field(CHECKSUM.offset(), CHECKSUM.length() - 1), sum);
        block[CHECKSUM.offset() + 6] = 0;
        return block;
    }
}
