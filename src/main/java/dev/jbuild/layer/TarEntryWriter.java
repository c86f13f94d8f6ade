package dev.jbuild.layer;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/**
 * Writes entries as they are said, in any order, the counterpart of {@link LayerTarReader}: for archives that are no layers,
 * in which every name is just a name and times have fractions. For one thread.
 */
public final class TarEntryWriter implements AutoCloseable {
    private static final int BLOCK = 512;

    private final OutputStream out;
    private final byte[] buffer = new byte[64 * 1024];
    private boolean closed;

    public TarEntryWriter(OutputStream out) {
        this.out = out;
    }

    /** A comment on the entries that follow, which other programs overlook. */
    public void comment(String text) throws IOException {
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        TarHeader.record(
                PaxRecords.COMMENT.getBytes(StandardCharsets.US_ASCII), text.getBytes(StandardCharsets.UTF_8), records);
        TarHeader.description('g', records, out);
    }

    /**
     * Adds an entry.
     *
     * @param content what a file holds, exactly {@code entry.size()} bytes; not read for all else. It isn't closed.
     * @throws IOException also if {@code content} isn't of that size
     */
    public void add(TarEntry entry, InputStream content) throws IOException {
        TarHeader header = new TarHeader(type(entry.kind()));
        ByteArrayOutputStream pax = new ByteArrayOutputStream();
        header.text(TarHeader.NAME, latin1(entry.rawName()), "path", pax);
        header.text(TarHeader.LINK_NAME, latin1(entry.rawLinkName()), "linkpath", pax);
        header.number(TarHeader.SIZE, entry.size(), "size", pax);
        header.number(TarHeader.UID, entry.uid(), "uid", pax);
        header.number(TarHeader.GID, entry.gid(), "gid", pax);
        time(entry, header, pax);
        header.number(TarHeader.MODE, entry.mode() & 07777);
        header.number(TarHeader.DEVICE_MAJOR, entry.deviceMajor());
        header.number(TarHeader.DEVICE_MINOR, entry.deviceMinor());
        for (Map.Entry<String, String> xattr : entry.xattrs().entrySet()) {
            TarHeader.xattr(xattr.getKey(), latin1(xattr.getValue()), pax);
        }
        if (pax.size() > 0) {
            TarHeader.description('x', pax, out);
        }
        out.write(header.finish());
        if (entry.kind() == TarEntry.Kind.FILE) {
            copy(entry, content);
        }
    }

    private static void time(TarEntry entry, TarHeader header, ByteArrayOutputStream pax) {
        long seconds = entry.mtimeSeconds();
        // Before the epoch the record's fraction would count the other way; nobody will miss it.
        if (entry.mtimeNanos() == 0 || seconds < 0) {
            header.number(TarHeader.MTIME, seconds, "mtime", pax);
            return;
        }
        String text = String.format(Locale.ROOT, "%d.%09d", seconds, entry.mtimeNanos());
        TarHeader.record("mtime".getBytes(StandardCharsets.US_ASCII), text.getBytes(StandardCharsets.US_ASCII), pax);
        header.number(TarHeader.MTIME, seconds, "mtime", new ByteArrayOutputStream());
    }

    private void copy(TarEntry entry, InputStream content) throws IOException {
        long left = entry.size();
        while (left > 0) {
            int read = content.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (read < 0) {
                throw new EOFException(entry + " is " + left + " bytes shorter than " + entry.size());
            }
            out.write(buffer, 0, read);
            left -= read;
        }
        if (content.read() >= 0) {
            throw new IOException(entry + " is longer than " + entry.size() + " bytes");
        }
        int over = (int) (entry.size() % BLOCK);
        if (over > 0) {
            out.write(new byte[BLOCK - over]);
        }
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static char type(TarEntry.Kind kind) {
        return switch (kind) {
            case FILE -> '0';
            case HARD_LINK -> '1';
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
