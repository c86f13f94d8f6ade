package dev.jbuild.layer;

import dev.jbuild.layer.TarEntry.Kind;
import dev.jbuild.layer.TarHeader.Field;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tar entry by entry, strictly, with raw names: v7, ustar, star, PAX and GNU, sparse files expanded.
 *
 * <p>Where readers differ it does as Go's does, for that is what other builders and runtimes read layers with: global PAX
 * headers change nothing, GNU long names win over PAX ones, only files have content, an archive may lack its end
 * marker, and what follows the end marker is ignored. It reads no further than the end marker; a caller that digests the
 * whole stream reads on to its end. For one thread.
 */
public final class LayerTarReader implements AutoCloseable {
    private static final int BLOCK = 512;
    /** As much as Go's reader takes: what describes an entry is held in memory. */
    private static final int MAX_DESCRIPTION = 1 << 20;

    private final InputStream in;
    private final byte[] block = new byte[BLOCK];
    private InputStream content = InputStream.nullInputStream();
    /** Stored bytes of the current entry that weren't read yet, and the padding after them. */
    private long left;

    private long padding;
    /** Bytes read from the archive so far. */
    private long position;

    private long entryOffset;
    private Optional<String> comment = Optional.empty();
    private boolean ended;
    private final ArchiveLimits limits;
    private long entries;

    public LayerTarReader(InputStream in) {
        this(in, ArchiveLimits.NONE);
    }

    /** @param limits of which that on entries is checked here */
    public LayerTarReader(InputStream in, ArchiveLimits limits) {
        this.in = in;
        this.limits = limits;
    }

    /**
     * Goes to the next entry, over what is left of the content of this one.
     *
     * @throws MalformedArchive if what follows isn't a valid entry
     */
    public Optional<TarEntry> next() throws IOException {
        PaxRecords pax = PaxRecords.NONE;
        @Nullable String longName = null;
        @Nullable String longLink = null;
        boolean described = false;
        while (true) {
            skipRest();
            if (!described) {
                entryOffset = position;
            }
            if (ended || !readHeader()) {
                if (described) {
                    throw new MalformedArchive("unexpected end of archive: an extended header without its entry");
                }
                return Optional.empty();
            }
            TarFields fields = TarFields.of(block);
            char type = fields.type();
            if (type == 'x') {
                pax = PaxRecords.parse(description(fields));
            } else if (type == 'L') {
                longName = upToNul(description(fields));
            } else if (type == 'K') {
                longLink = upToNul(description(fields));
            } else if (type == 'g') {
                comment = PaxRecords.parse(description(fields))
                        .text(PaxRecords.COMMENT)
                        .or(this::comment);
            } else {
                limits.checkEntries(++entries);
                return Optional.of(entry(fields, pax, longName, longLink));
            }
            described |= type != 'g';
        }
    }

    /**
     * Where the current entry begins: a reader that starts at this offset of the archive, in bytes, finds it as its first.
     */
    public long entryOffset() {
        return entryOffset;
    }

    /** Bytes of the archive that were read, and skipped, so far. */
    public long position() {
        return position;
    }

    /** What the archive's global headers so far say as a comment, one byte a char. */
    public Optional<String> comment() {
        return comment;
    }

    /** The content of the current entry, good until the next call of {@link #next}. Closing it does nothing. */
    public InputStream content() {
        return content;
    }

    /** Closes the stream that is read. */
    @Override
    public void close() throws IOException {
        in.close();
    }

    /** Reads the next block. Returns false at the end of the archive. */
    private boolean readHeader() throws IOException {
        if (!readBlock(true)) {
            ended = true;
        } else if (TarFields.isZero(block)) {
            ended = true;
            if (readBlock(true) && !TarFields.isZero(block)) {
                throw new MalformedArchive("invalid tar header: a lone zero block in the middle of the archive");
            }
        }
        return !ended;
    }

    private boolean readBlock(boolean mayEnd) throws IOException {
        int read = in.readNBytes(block, 0, BLOCK);
        position += read;
        if (read == BLOCK) {
            return true;
        }
        if (read == 0 && mayEnd) {
            return false;
        }
        throw truncated();
    }

    private static MalformedArchive truncated() {
        return new MalformedArchive("unexpected end of archive");
    }

    private void skipRest() throws IOException {
        long skip = left + padding;
        left = 0;
        padding = 0;
        while (skip > 0) {
            long skipped = in.skip(skip);
            if (skipped <= 0) {
                if (in.read() < 0) {
                    throw truncated();
                }
                skipped = 1;
            }
            skip -= skipped;
            position += skipped;
        }
    }

    private void expect(long size) {
        left = size;
        padding = -size & (BLOCK - 1);
    }

    private byte[] description(TarFields fields) throws IOException {
        long size = fields.number(TarHeader.SIZE, "size");
        if (size < 0 || size > MAX_DESCRIPTION) {
            throw new MalformedArchive(
                    "invalid tar header: an extended header of " + size + " bytes; the most is " + MAX_DESCRIPTION);
        }
        expect(size);
        byte[] body = in.readNBytes((int) size);
        position += body.length;
        left -= body.length;
        if (left > 0) {
            throw truncated();
        }
        return body;
    }

    private static String upToNul(byte[] body) {
        String text = new String(body, StandardCharsets.ISO_8859_1);
        int nul = text.indexOf(0);
        return nul < 0 ? text : text.substring(0, nul);
    }

    private TarEntry entry(TarFields fields, PaxRecords pax, @Nullable String longName, @Nullable String longLink)
            throws IOException {
        String name = longName != null ? longName : pax.text("path").orElseGet(fields::name);
        String link = longLink != null ? longLink : pax.text("linkpath").orElseGet(fields::linkName);
        Kind kind = kind(fields.type(), name);
        long stored = kind == Kind.FILE ? pax.number("size", fields.number(TarHeader.SIZE, "size")) : 0;
        if (stored < 0 || stored > Long.MAX_VALUE - BLOCK) {
            throw new MalformedArchive("invalid tar header: a size of " + stored + " bytes");
        }
        expect(stored);
        content = new Stored();
        long size = stored;
        if (kind == Kind.FILE) {
            Optional<SparseMap> sparse = sparseMap(fields, pax);
            if (sparse.isPresent()) {
                size = sparse.get().realSize();
                name = pax.text("GNU.sparse.name").orElse(name);
                content = new SparseContent(content, sparse.get());
            }
        }
        boolean isLink = kind == Kind.SYMLINK || kind == Kind.HARD_LINK;
        return describe(name, kind, fields, pax, size, isLink ? link : "");
    }

    private static TarEntry describe(String name, Kind kind, TarFields fields, PaxRecords pax, long size, String link)
            throws IOException {
        boolean device = kind == Kind.CHARACTER_DEVICE || kind == Kind.BLOCK_DEVICE;
        long mtime = fields.number(TarHeader.MTIME, "modification time");
        PaxRecords.Time time = pax.time("mtime").orElse(new PaxRecords.Time(mtime, 0));
        return new TarEntry(
                name,
                kind,
                (int) fields.number(TarHeader.MODE, "mode") & 07777,
                id(pax.number("uid", fields.number(TarHeader.UID, "user ID")), "user ID"),
                id(pax.number("gid", fields.number(TarHeader.GID, "group ID")), "group ID"),
                size,
                time.seconds(),
                time.nanos(),
                link,
                device ? deviceNumber(fields, TarHeader.DEVICE_MAJOR) : 0,
                device ? deviceNumber(fields, TarHeader.DEVICE_MINOR) : 0,
                pax.xattrs());
    }

    private static long id(long id, String what) throws MalformedArchive {
        // Linux knows 32 bits, of which all ones mean "leave it".
        if (id < 0 || id >= 0xffff_ffffL) {
            throw new MalformedArchive("invalid tar header: a " + what + " of " + id);
        }
        return id;
    }

    private static int deviceNumber(TarFields fields, Field field) throws MalformedArchive {
        long number = fields.number(field, "device number");
        if (number < 0 || number > Integer.MAX_VALUE) {
            throw new MalformedArchive("invalid tar header: a device number of " + number);
        }
        return (int) number;
    }

    private static Kind kind(char type, String name) throws MalformedArchive {
        return switch (type) {
            // Before ustar, only the slash told a directory.
            case 0 -> name.endsWith("/") ? Kind.DIRECTORY : Kind.FILE;
            case '0', '7', 'S' -> Kind.FILE;
            case '1' -> Kind.HARD_LINK;
            case '2' -> Kind.SYMLINK;
            case '3' -> Kind.CHARACTER_DEVICE;
            case '4' -> Kind.BLOCK_DEVICE;
            case '5' -> Kind.DIRECTORY;
            case '6' -> Kind.FIFO;
            default ->
                throw new MalformedArchive("invalid tar header: an entry of unknown type "
                        + (type > ' ' && type < 0x7f ? String.valueOf(type) : "0x" + Integer.toHexString(type)));
        };
    }

    private Optional<SparseMap> sparseMap(TarFields fields, PaxRecords pax) throws IOException {
        if (fields.type() == 'S') {
            return Optional.of(oldSparseMap(fields));
        }
        boolean version1 = pax.text("GNU.sparse.major").orElse("").equals("1")
                && pax.text("GNU.sparse.minor").orElse("").equals("0");
        if (version1) {
            long realSize = realSize(pax, "GNU.sparse.realsize");
            return Optional.of(SparseMap.of(realSize, mapInContent(), left));
        }
        Optional<String> map = pax.text("GNU.sparse.map");
        if (map.isEmpty() && pax.sparseNumbers().isEmpty()) {
            return Optional.empty();
        }
        List<String> texts = map.isPresent() ? List.of(map.get().split(",", -1)) : pax.sparseNumbers();
        List<Long> numbers = new ArrayList<>();
        for (String text : texts) {
            numbers.add(PaxRecords.number("GNU.sparse.map", text));
        }
        return Optional.of(SparseMap.of(realSize(pax, "GNU.sparse.size"), numbers, left));
    }

    private static long realSize(PaxRecords pax, String key) throws MalformedArchive {
        if (pax.text(key).isEmpty()) {
            throw new MalformedArchive("invalid PAX header: a sparse file without " + key);
        }
        return pax.number(key, 0);
    }

    /** The map of a file of type S: up to 4 pieces in the header, up to 21 in each block that follows it. */
    private SparseMap oldSparseMap(TarFields fields) throws IOException {
        List<Long> numbers = new ArrayList<>();
        long realSize = fields.number(new Field(483, 12), "size");
        addPieces(fields::number, 386, 4, numbers);
        boolean more = block[482] != 0;
        for (int blocks = 0; more; blocks++) {
            if (blocks * BLOCK >= MAX_DESCRIPTION) {
                throw new MalformedArchive("invalid tar header: a sparse map of too many pieces");
            }
            readBlock(false);
            addPieces(TarFields.unchecked(block)::number, 0, 21, numbers);
            more = block[504] != 0;
        }
        return SparseMap.of(realSize, numbers, left);
    }

    /** Reads a numeric field. */
    private interface Numbers {
        long number(Field field, String what) throws MalformedArchive;
    }

    private void addPieces(Numbers numbers, int from, int count, List<Long> to) throws MalformedArchive {
        for (int i = 0; i < count && block[from + 24 * i] != 0; i++) {
            to.add(numbers.number(new Field(from + 24 * i, 12), "sparse map"));
            to.add(numbers.number(new Field(from + 24 * i + 12, 12), "sparse map"));
        }
    }

    /** The map of format 1.0: decimal lines before the content, padded to whole blocks. */
    private List<Long> mapInContent() throws IOException {
        long start = left;
        long count = line();
        List<Long> numbers = new ArrayList<>();
        for (long i = 0; i < 2 * count; i++) {
            if (start - left > MAX_DESCRIPTION) {
                throw new MalformedArchive("invalid tar header: a sparse map of too many pieces");
            }
            numbers.add(line());
        }
        long rest = left & (BLOCK - 1);
        // What is left after the map's padding is as far from a block's end as the whole was.
        long skip = Math.floorMod(rest - (start & (BLOCK - 1)), (long) BLOCK);
        content.skipNBytes(skip);
        return numbers;
    }

    private long line() throws IOException {
        ByteArrayOutputStream digits = new ByteArrayOutputStream();
        for (int b = content.read(); b != '\n'; b = content.read()) {
            if (b < '0' || b > '9' || digits.size() > 18) {
                throw new MalformedArchive("invalid tar header: a sparse map that isn't made of numbers");
            }
            digits.write(b);
        }
        return PaxRecords.number("sparse map", digits.toString(StandardCharsets.US_ASCII));
    }

    /** The stored bytes of the current entry. */
    private final class Stored extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (left == 0) {
                return -1;
            }
            int read = in.read(bytes, offset, (int) Math.min(length, left));
            if (read < 0) {
                throw truncated();
            }
            left -= read;
            position += read;
            return read;
        }
    }
}
