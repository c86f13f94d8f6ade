package dev.jbuild.layer;

import dev.jbuild.sys.RawPath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes a layer's tar. The same entries always give the same bytes; what they are is fixed by {@link #VERSION}.
 *
 * <ul>
 *   <li>Entries stand in path order. A directory's name ends with a slash; the root's is {@code ./}.
 *   <li>Headers are ustar without user and group names; the prefix field is never used. What doesn't fit goes into a PAX
 *       header before the entry: names that are longer than 100 bytes or not ASCII, numbers that don't fit their field,
 *       extended attributes ({@code SCHILY.xattr.*}). Its records stand in the order path, linkpath, size, uid, gid,
 *       mtime, then attributes by name. The ustar field then holds what fits of the name, or 0.
 *   <li>A whiteout is an empty file {@code .wh.<name>}; an opaque directory is followed by an empty file
 *       {@code .wh..wh..opq} of its owner and time.
 *   <li>A hard link repeats owner, mode, time and attributes of the first name, for some readers set them again.
 *   <li>Two zero blocks end it.
 * </ul>
 *
 * <p>For one thread.
 */
public final class LayerTarWriter implements AutoCloseable {
    /** Changes whenever the bytes do. */
    public static final int VERSION = 1;

    static final String WHITEOUT_PREFIX = ".wh.";
    static final String OPAQUE_MARKER = ".wh..wh..opq";

    private static final int BLOCK = 512;
    private static final int BUFFER = 64 * 1024;

    private final OutputStream out;
    private byte[] buffer = {};
    private @Nullable RawPath last;
    private boolean closed;

    public LayerTarWriter(OutputStream out) {
        this.out = out;
    }

    /** Adds an entry that has no content: anything but a file, a hard link, or an empty file. */
    public void add(LayerEntry entry) throws IOException {
        add(entry, InputStream.nullInputStream());
    }

    /**
     * Adds the entry that is next in path order. Its {@code content} digest need not be known.
     *
     * @param content what a file holds, exactly {@code entry.size()} bytes; not read for hard links and all else. It isn't
     *     closed.
     * @throws FileChanged if {@code content} isn't of that size
     */
    public void add(LayerEntry entry, InputStream content) throws IOException {
        passOver(entry);
        header(entry, sizeOfContent(entry));
        if (entry.type() == EntryType.FILE && entry.hardLinkTo().isEmpty()) {
            copy(entry, content);
        }
        if (entry.opaque()) {
            header(opaqueMarker(entry), 0);
        }
    }

    /** Writes the content of a file that comes from elsewhere, exactly as long as its entry says. */
    public interface Body {
        void write() throws IOException;
    }

    /** As {@link #add(LayerEntry, InputStream)} for a file whose content {@code body} puts where this writes to. */
    public void add(LayerEntry entry, Body body) throws IOException {
        passOver(entry);
        header(entry, entry.size());
        body.write();
        pad(entry.size());
    }

    /** For an entry whose bytes, all {@link #length} of them, somebody else puts where this writes to. */
    public void passOver(LayerEntry entry) {
        if (last != null && last.compareTo(entry.path()) >= 0) {
            throw new IllegalArgumentException(entry.path() + " comes after " + last);
        }
        last = entry.path();
    }

    /** How many bytes an entry takes, with its content and what pads that. */
    public static long length(LayerEntry entry) {
        long size = sizeOfContent(entry);
        long header = headerLength(entry, size) + (entry.opaque() ? headerLength(opaqueMarker(entry), 0) : 0);
        return header + size + (BLOCK - size % BLOCK) % BLOCK;
    }

    /** How many bytes stand before a file's content. */
    public static long headerLength(LayerEntry entry) {
        return headerLength(entry, sizeOfContent(entry));
    }

    private static long sizeOfContent(LayerEntry entry) {
        return entry.type() == EntryType.FILE && entry.hardLinkTo().isEmpty() ? entry.size() : 0;
    }

    private static long headerLength(LayerEntry entry, long size) {
        Count count = new Count();
        try (LayerTarWriter writer = new LayerTarWriter(count)) {
            writer.closed = true;
            writer.header(entry, size);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return count.bytes;
    }

    private static final class Count extends OutputStream {
        private long bytes;

        @Override
        public void write(int b) {
            bytes++;
        }

        @Override
        public void write(byte[] from, int offset, int length) {
            bytes += length;
        }
    }

    private static LayerEntry opaqueMarker(LayerEntry directory) {
        return new LayerEntry(
                directory.path().resolve(OPAQUE_MARKER),
                EntryType.FILE,
                0,
                directory.uid(),
                directory.gid(),
                0,
                directory.mtimeSeconds(),
                "",
                0,
                0,
                Collections.emptyNavigableMap(),
                Optional.empty(),
                Optional.empty(),
                false);
    }

    private void copy(LayerEntry entry, InputStream content) throws IOException {
        long left = entry.size();
        if (left > 0 && buffer.length == 0) {
            buffer = new byte[BUFFER];
        }
        while (left > 0) {
            int read = content.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (read < 0) {
                throw new FileChanged(entry.path() + " is " + left + " bytes shorter than " + entry.size());
            }
            out.write(buffer, 0, read);
            left -= read;
        }
        if (content.read() >= 0) {
            throw new FileChanged(entry.path() + " is longer than " + entry.size() + " bytes");
        }
        pad(entry.size());
    }

    private void pad(long size) throws IOException {
        int over = (int) (size % BLOCK);
        if (over > 0) {
            out.write(new byte[BLOCK - over]);
        }
    }

    private void header(LayerEntry entry, long size) throws IOException {
        byte[] name = name(entry);
        byte[] link = entry.hardLinkTo().map(RawPath::bytes).orElseGet(entry::linkTargetBytes);
        TarHeader header = new TarHeader(type(entry));
        ByteArrayOutputStream pax = new ByteArrayOutputStream();
        header.text(TarHeader.NAME, name, "path", pax);
        header.text(TarHeader.LINK_NAME, link, "linkpath", pax);
        header.number(TarHeader.SIZE, size, "size", pax);
        header.number(TarHeader.UID, entry.uid(), "uid", pax);
        header.number(TarHeader.GID, entry.gid(), "gid", pax);
        header.number(TarHeader.MTIME, entry.mtimeSeconds(), "mtime", pax);
        header.number(TarHeader.MODE, entry.mode() & 07777);
        header.number(TarHeader.DEVICE_MAJOR, entry.deviceMajor());
        header.number(TarHeader.DEVICE_MINOR, entry.deviceMinor());
        for (Map.Entry<String, String> xattr : entry.xattrs().entrySet()) {
            TarHeader.xattr(xattr.getKey(), xattr.getValue().getBytes(StandardCharsets.ISO_8859_1), pax);
        }
        if (pax.size() > 0) {
            TarHeader.description('x', pax, out);
        }
        out.write(header.finish());
    }

    private static byte[] name(LayerEntry entry) {
        RawPath path = entry.path();
        if (entry.type() == EntryType.WHITEOUT) {
            byte[] prefix = WHITEOUT_PREFIX.getBytes(StandardCharsets.US_ASCII);
            byte[] base = path.fileName().bytes();
            byte[] whiteout = Arrays.copyOf(prefix, prefix.length + base.length);
            System.arraycopy(base, 0, whiteout, prefix.length, base.length);
            return path.parent().resolve(RawPath.of(whiteout)).bytes();
        }
        if (!entry.isDirectory()) {
            return path.bytes();
        }
        byte[] bytes = path.isRoot() ? new byte[] {'.'} : path.bytes();
        byte[] directory = Arrays.copyOf(bytes, bytes.length + 1);
        directory[bytes.length] = '/';
        return directory;
    }

    private static char type(LayerEntry entry) {
        if (entry.hardLinkTo().isPresent()) {
            return '1';
        }
        return switch (entry.type()) {
            case FILE, WHITEOUT -> '0';
            case SYMLINK -> '2';
            case CHARACTER_DEVICE -> '3';
            case BLOCK_DEVICE -> '4';
            case DIRECTORY -> '5';
            case FIFO -> '6';
        };
    }

    /** Ends the archive, without closing the stream it goes to. */
    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            out.write(new byte[2 * BLOCK]);
            out.flush();
        }
    }
}
