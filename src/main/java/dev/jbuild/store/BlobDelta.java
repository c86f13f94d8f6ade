package dev.jbuild.store;

import dev.jbuild.oci.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A blob that is kept as what is new in it, and where the rest stands: in the files of other blobs, each as it lies on disk.
 * Whatever a file of the kind refers to is a plain blob or the new part of another, so that reading never leads through
 * several.
 *
 * <p>The file: a line that says what it is; the new bytes; the pieces in order; 8 bytes that say where those begin.
 *
 * @param size bytes of the blob
 * @param sources the files that pieces stand in
 * @param pieces what the blob consists of, in order
 */
record BlobDelta(long size, List<Source> sources, List<Piece> pieces) {
    private static final byte[] MAGIC = "jbuild blob delta 1\n".getBytes(StandardCharsets.US_ASCII);
    private static final int TRAILER = 8;
    /** More would be no index of a blob that jbuild makes. */
    private static final long LONGEST_INDEX = 64L << 20;

    BlobDelta {
        sources = List.copyOf(sources);
        pieces = List.copyOf(pieces);
    }

    /**
     * A file of the store.
     *
     * @param delta whether it is one of these, of which only the new bytes count, or a plain blob
     */
    record Source(Digest blob, boolean delta) {
        private static final String DELTA = "delta ";

        static Source parse(String text) {
            boolean delta = text.startsWith(DELTA);
            return new Source(Digest.parse(delta ? text.substring(DELTA.length()) : text), delta);
        }

        @Override
        public String toString() {
            return (delta ? DELTA : "") + blob;
        }
    }

    /**
     * Bytes that stand together.
     *
     * @param source the number of the source that they are in, or {@link #NEW} for those in this one
     * @param offset in that file
     */
    record Piece(int source, long offset, long length) {
        static final int NEW = -1;

        long end() {
            return offset + length;
        }
    }

    /** Where the new bytes begin. */
    static byte[] head() {
        return MAGIC.clone();
    }

    /** What stands after the new bytes. */
    byte[] tail(long at) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeLong(size);
            out.writeInt(sources.size());
            for (Source source : sources) {
                out.writeUTF(source.toString());
            }
            out.writeInt(pieces.size());
            for (Piece piece : pieces) {
                out.writeInt(piece.source());
                out.writeLong(piece.offset());
                out.writeLong(piece.length());
            }
            out.writeLong(at);
        }
        return bytes.toByteArray();
    }

    /** A file isn't whole, or isn't one of these. */
    static final class Damaged extends IOException {
        private static final long serialVersionUID = 1;

        private Damaged(Path file, @Nullable Throwable cause) {
            super("the file " + file + " is damaged", cause);
        }
    }

    /** @throws Damaged if the file isn't whole, or isn't one of these */
    static BlobDelta read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            long length = channel.size();
            byte[] head = bytes(channel, 0, MAGIC.length);
            long at = ByteBuffer.wrap(bytes(channel, length - TRAILER, TRAILER)).getLong();
            long index = length - TRAILER - at;
            if (!Arrays.equals(head, MAGIC) || at < MAGIC.length || index <= 0 || index > LONGEST_INDEX) {
                throw new Damaged(file, null);
            }
            return parse(file, bytes(channel, at, (int) index), at);
        } catch (EOFException e) {
            throw new Damaged(file, e);
        }
    }

    private static BlobDelta parse(Path file, byte[] index, long newEnd) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(index))) {
            long size = in.readLong();
            List<Source> sources = new ArrayList<>();
            for (int left = in.readInt(); left > 0; left--) {
                sources.add(Source.parse(in.readUTF()));
            }
            List<Piece> pieces = new ArrayList<>();
            long sum = 0;
            for (int left = in.readInt(); left > 0; left--) {
                Piece piece = new Piece(in.readInt(), in.readLong(), in.readLong());
                boolean fits = piece.source() == Piece.NEW
                        ? piece.end() <= newEnd
                        : piece.source() >= 0 && piece.source() < sources.size();
                if (!fits || piece.offset() < 0 || piece.length() <= 0) {
                    throw new Damaged(file, null);
                }
                sum = Math.addExact(sum, piece.length());
                pieces.add(piece);
            }
            if (sum != size || in.available() > 0) {
                throw new Damaged(file, null);
            }
            return new BlobDelta(size, sources, pieces);
        } catch (EOFException | IllegalArgumentException | ArithmeticException e) {
            throw new Damaged(file, e);
        }
    }

    private static byte[] bytes(FileChannel channel, long at, int count) throws IOException {
        if (at < 0) {
            throw new EOFException("the file is too short");
        }
        ByteBuffer buffer = ByteBuffer.allocate(count);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, at + buffer.position()) < 0) {
                throw new EOFException("the file is too short");
            }
        }
        return buffer.array();
    }
}
