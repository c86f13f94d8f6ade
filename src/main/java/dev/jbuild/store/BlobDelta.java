package dev.jbuild.store;

import dev.jbuild.oci.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UTFDataFormatException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A blob that is kept as what is new in it, and where the rest stands: in the files of other blobs, each as it lies on disk.
 * Whatever a file of the kind refers to is a plain blob or the new part of another, so that reading never leads through
 * several.
 *
 * <p>The file: a line that says what it is; 16 bytes that no other file has, for a blob that is made again is cut in other
 * pieces, and who refers to the old ones must notice; the new bytes; the pieces in order; 8 bytes that say where those begin.
 *
 * @param id the 16 bytes as digits
 * @param size bytes of the blob
 * @param sources the files that pieces stand in
 * @param pieces what the blob consists of, in order
 */
record BlobDelta(String id, long size, List<Source> sources, List<Piece> pieces) {
    private static final byte[] MAGIC = "jbuild blob delta 1\n".getBytes(StandardCharsets.US_ASCII);
    private static final int ID = 16;
    private static final int HEAD = MAGIC.length + ID;
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
     * @param id of a file of this kind, of which only the new bytes count; empty for a plain blob
     */
    record Source(Digest blob, String id) {
        static Source parse(String text) {
            int end = text.indexOf(' ');
            return new Source(Digest.parse(text.substring(end + 1)), text.substring(0, Math.max(end, 0)));
        }

        boolean isDelta() {
            return !id.isEmpty();
        }

        @Override
        public String toString() {
            return isDelta() ? id + " " + blob : blob.toString();
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

    /** What stands before the new bytes of a file: different for each. */
    static byte[] newHead() {
        UUID id = UUID.randomUUID();
        return ByteBuffer.allocate(HEAD)
                .put(MAGIC)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
    }

    static String id(byte[] head) {
        return HexFormat.of().formatHex(head, MAGIC.length, HEAD);
    }

    /** Whether the file is still the one that somebody referred to; there is none if it is gone. */
    static boolean isStill(Path file, String id) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            return isStill(channel, id);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    static boolean isStill(FileChannel file, String id) throws IOException {
        return file.size() >= HEAD && id(bytes(file, 0, HEAD)).equals(id);
    }

    /** What stands after the new bytes. */
    byte[] tail(long at) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            // Once more, so that damage to the other shows.
            out.writeUTF(id);
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
            byte[] head = bytes(channel, 0, HEAD);
            long at = ByteBuffer.wrap(bytes(channel, length - TRAILER, TRAILER)).getLong();
            long index = length - TRAILER - at;
            if (!Arrays.equals(head, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
                    || at < HEAD
                    || index <= 0
                    || index > LONGEST_INDEX) {
                throw new Damaged(file, null);
            }
            return parse(file, id(head), bytes(channel, at, (int) index), at);
        } catch (EOFException e) {
            throw new Damaged(file, e);
        }
    }

    private static BlobDelta parse(Path file, String id, byte[] index, long newEnd) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(index))) {
            if (!in.readUTF().equals(id)) {
                throw new Damaged(file, null);
            }
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
            return new BlobDelta(id, size, sources, pieces);
        } catch (EOFException | UTFDataFormatException | IllegalArgumentException | ArithmeticException e) {
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
