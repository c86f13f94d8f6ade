package dev.jbuild.context;

import dev.jbuild.oci.Digest;
import dev.jbuild.sys.RawPath;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.zip.CRC32;

/**
 * The bytes of a {@link StatIndex}: a header, an entry for each path, and a checksum. What is read is looked up where it
 * lies, as most of a build's time would go into objects otherwise. Immutable.
 */
final class StatIndexFile {
    static final StatIndexFile EMPTY = new StatIndexFile(new byte[0], 0, 0);

    private static final byte[] MAGIC = "jbstat1\n".getBytes(StandardCharsets.US_ASCII);
    private static final int DIGEST = 32;
    /** Bytes of an entry besides its path: what the file was like, whether it is plain, and the digest. */
    private static final int FIXED = Integer.BYTES + 5 * Long.BYTES + 1 + DIGEST;

    private static final int CHECKSUM = Long.BYTES;
    private static final int HEADER = MAGIC.length + Integer.BYTES;

    private final byte[] bytes;
    private final int length;
    private final int count;
    /** Where the entry of a path begins; found by the path's hash, then in the next places. 0 where there is none. */
    private final int[] offsets;

    private StatIndexFile(byte[] bytes, int length, int count) {
        this.bytes = bytes;
        this.length = length;
        this.count = count;
        this.offsets = new int[Integer.highestOneBit(Math.max(1, count)) * 4];
    }

    /**
     * What was read of a file, with what the file was like then.
     *
     * @param plain whether it has no extended attributes
     */
    record Entry(FileStat stat, boolean plain, Digest digest) {}

    /** What the bytes say; nothing if they aren't whole. */
    static Optional<StatIndexFile> parse(byte[] bytes) {
        int length = bytes.length - CHECKSUM;
        if (length < HEADER
                || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
                || ByteBuffer.wrap(bytes).getLong(length) != checksum(bytes, length)) {
            return Optional.empty();
        }
        int count = ByteBuffer.wrap(bytes).getInt(MAGIC.length);
        if (count < 0 || count > length / (Short.BYTES + FIXED)) {
            return Optional.empty();
        }
        StatIndexFile file = new StatIndexFile(bytes, length, count);
        return file.place() ? Optional.of(file) : Optional.empty();
    }

    private static long checksum(byte[] bytes, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, length);
        return crc.getValue();
    }

    private boolean place() {
        int offset = HEADER;
        for (int i = 0; i < count; i++) {
            int start = offset + Short.BYTES;
            int end = start > length ? start : start + nameLength(offset);
            if (end + FIXED > length) {
                return false;
            }
            int slot = slot(hash(bytes, start, end));
            while (offsets[slot] != 0) {
                slot = slot(slot + 1);
            }
            offsets[slot] = offset;
            offset = end + FIXED;
        }
        return offset == length;
    }

    private int nameLength(int offset) {
        return (bytes[offset] & 0xff) << 8 | (bytes[offset + 1] & 0xff);
    }

    private static int hash(byte[] bytes, int start, int end) {
        int hash = 0;
        for (int i = start; i < end; i++) {
            hash = 31 * hash + bytes[i];
        }
        return hash ^ (hash >>> 15);
    }

    private int slot(int hash) {
        return hash & (offsets.length - 1);
    }

    int count() {
        return count;
    }

    Optional<Entry> find(RawPath path) {
        byte[] name = path.bytes();
        for (int slot = slot(hash(name, 0, name.length)); offsets[slot] != 0; slot = slot(slot + 1)) {
            int start = offsets[slot] + Short.BYTES;
            int end = start + nameLength(offsets[slot]);
            if (Arrays.equals(bytes, start, end, name, 0, name.length)) {
                return Optional.of(entry(end));
            }
        }
        return Optional.empty();
    }

    void forEach(BiConsumer<RawPath, Entry> action) {
        for (int offset : offsets) {
            if (offset != 0) {
                int start = offset + Short.BYTES;
                int end = start + nameLength(offset);
                action.accept(RawPath.of(Arrays.copyOfRange(bytes, start, end)), entry(end));
            }
        }
    }

    private Entry entry(int offset) {
        ByteBuffer in = ByteBuffer.wrap(bytes).position(offset);
        FileStat stat = new FileStat(in.getInt(), in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong());
        boolean plain = in.get() != 0;
        byte[] digest = new byte[DIGEST];
        in.get(digest);
        return new Entry(stat, plain, Digest.of(digest));
    }

    /** Collects what is to be written. For one thread. */
    static final class Writer {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 16);
        private final DataOutputStream out = new DataOutputStream(bytes);
        private int count;

        Writer() {
            bytes.writeBytes(MAGIC);
            bytes.writeBytes(new byte[Integer.BYTES]);
        }

        void add(RawPath path, Entry entry) {
            byte[] name = path.bytes();
            if (name.length > 0xffff) {
                return;
            }
            try {
                out.writeShort(name.length);
                out.write(name);
                out.writeInt(entry.stat().mode());
                out.writeLong(entry.stat().size());
                out.writeLong(entry.stat().mtimeNanos());
                out.writeLong(entry.stat().ctimeNanos());
                out.writeLong(entry.stat().inode());
                out.writeLong(entry.stat().device());
                out.writeBoolean(entry.plain());
                out.write(HexFormat.of().parseHex(entry.digest().hex()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            count++;
        }

        byte[] finish() {
            int length = bytes.size();
            byte[] whole = Arrays.copyOf(bytes.toByteArray(), length + CHECKSUM);
            ByteBuffer buffer = ByteBuffer.wrap(whole).putInt(MAGIC.length, count);
            buffer.putLong(length, checksum(whole, length));
            return whole;
        }
    }
}
