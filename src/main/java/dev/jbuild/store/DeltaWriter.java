package dev.jbuild.store;

import dev.jbuild.oci.Digest;
import dev.jbuild.store.BlobDelta.Piece;
import dev.jbuild.store.BlobDelta.Source;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes a {@link BlobDelta}, hashing the whole blob as it grows. For one thread. */
final class DeltaWriter extends OutputStream {
    private static final int BUFFER = 64 * 1024;

    private final OutputStream file;
    private final String id;
    private final List<Source> baseSources;
    private final List<Piece> base;
    /** Where each of the base's pieces begins in the base. */
    private final long[] begins;

    private final DeltaStream.Files baseFiles;

    private final MessageDigest sha256 = Digest.newSha256();
    private final Map<Integer, Integer> numbers = new HashMap<>();
    private final List<Source> sources = new ArrayList<>();
    private final List<Piece> pieces = new ArrayList<>();
    private final byte[] buffer = new byte[BUFFER];
    private long size;
    private long newEnd;

    /**
     * @param temporary the file to write
     * @param baseSources what pieces of the base stand in
     * @param base what the base consists of, none of it {@link Piece#NEW}
     * @param files those of {@code baseSources}, in their order
     */
    DeltaWriter(Path temporary, List<Source> baseSources, List<Piece> base, List<DeltaStream.Place> files)
            throws IOException {
        this.file = new BufferedOutputStream(
                Files.newOutputStream(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), BUFFER);
        this.baseSources = baseSources;
        this.base = base;
        this.baseFiles = new DeltaStream.Files(temporary, files);
        this.begins = new long[base.size()];
        long at = 0;
        for (int i = 0; i < begins.length; i++) {
            begins[i] = at;
            at += base.get(i).length();
        }
        byte[] head = BlobDelta.newHead();
        this.id = BlobDelta.id(head);
        file.write(head);
        newEnd = head.length;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return;
        }
        file.write(bytes, offset, length);
        sha256.update(bytes, offset, length);
        add(new Piece(Piece.NEW, newEnd, length));
        newEnd += length;
    }

    /** Goes on with bytes of the base. */
    void copy(long offset, long length) throws IOException {
        long at = offset;
        long end = offset + length;
        for (int i = piece(offset); at < end; i++) {
            Piece in = base.get(i);
            long skip = at - begins[i];
            Piece part = new Piece(in.source(), in.offset() + skip, Math.min(in.length() - skip, end - at));
            hash(part);
            add(new Piece(number(in.source()), part.offset(), part.length()));
            at += part.length();
        }
    }

    private int piece(long offset) {
        int found = Arrays.binarySearch(begins, offset);
        return found >= 0 ? found : -found - 2;
    }

    private void hash(Piece part) throws IOException {
        FileChannel from = baseFiles.of(part);
        long at = part.offset();
        while (at < part.end()) {
            int wanted = (int) Math.min(part.end() - at, buffer.length);
            int read = from.read(ByteBuffer.wrap(buffer, 0, wanted), at);
            if (read < 0) {
                throw new EOFException("a file of the store is shorter than it was");
            }
            sha256.update(buffer, 0, read);
            at += read;
        }
    }

    private int number(int baseSource) {
        return numbers.computeIfAbsent(baseSource, none -> {
            sources.add(baseSources.get(baseSource));
            return sources.size() - 1;
        });
    }

    private void add(Piece piece) {
        size += piece.length();
        Piece last = pieces.isEmpty() ? new Piece(Piece.NEW, 0, 0) : pieces.get(pieces.size() - 1);
        if (last.length() > 0 && last.source() == piece.source() && last.end() == piece.offset()) {
            pieces.set(pieces.size() - 1, new Piece(last.source(), last.offset(), last.length() + piece.length()));
        } else {
            pieces.add(piece);
        }
    }

    long size() {
        return size;
    }

    /** Ends the file. Returns the blob's digest. */
    Digest finish() throws IOException {
        file.write(new BlobDelta(id, size, sources, pieces).tail(newEnd));
        close();
        return Digest.of(sha256.digest());
    }

    @Override
    public void close() throws IOException {
        try (file) {
            baseFiles.close();
        }
    }
}
