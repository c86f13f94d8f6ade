package dev.jbuild.store;

import dev.jbuild.store.BlobDelta.Piece;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The bytes of a blob that is kept as a {@link BlobDelta}. For one thread. */
final class DeltaStream extends InputStream {
    private final List<Piece> pieces;
    private final Files files;
    private int next;
    private long at;
    private long left;
    private @Nullable FileChannel channel;

    DeltaStream(List<Piece> pieces, Files files) {
        this.pieces = pieces;
        this.files = files;
    }

    /**
     * A file that pieces stand in.
     *
     * @param id as in {@link BlobDelta.Source}
     */
    record Place(Path file, String id) {
        FileChannel open() throws IOException {
            FileChannel channel = FileChannel.open(file);
            if (!id.isEmpty() && !BlobDelta.isStill(channel, id)) {
                channel.close();
                throw new IOException("the file " + file + " was made again since others referred to it");
            }
            return channel;
        }
    }

    /** The files that pieces stand in, opened when they are needed. For one thread. */
    static final class Files implements AutoCloseable {
        private final Path own;
        private final List<Place> sources;
        private final Map<Integer, FileChannel> open = new HashMap<>();

        /**
         * @param own the file of the new bytes
         * @param sources those that pieces say by number
         */
        Files(Path own, List<Place> sources) {
            this.own = own;
            this.sources = sources;
        }

        FileChannel of(Piece piece) throws IOException {
            FileChannel there = open.get(piece.source());
            if (there == null) {
                there = piece.source() == Piece.NEW
                        ? FileChannel.open(own)
                        : sources.get(piece.source()).open();
                open.put(piece.source(), there);
            }
            return there;
        }

        @Override
        public void close() throws IOException {
            for (FileChannel each : open.values()) {
                each.close();
            }
            open.clear();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        int done = 0;
        // Whole buffers, so that pieces of a few bytes don't make small reads of all who come after.
        while (done < length) {
            FileChannel from = left > 0 ? channel : advance();
            if (from == null) {
                break;
            }
            int wanted = (int) Math.min(left, length - done);
            int read = from.read(ByteBuffer.wrap(into, offset + done, wanted), at);
            if (read < 0) {
                throw new EOFException("a file of the store is shorter than it was");
            }
            at += read;
            left -= read;
            done += read;
        }
        return done == 0 ? -1 : done;
    }

    private @Nullable FileChannel advance() throws IOException {
        if (next == pieces.size()) {
            return null;
        }
        Piece piece = pieces.get(next++);
        at = piece.offset();
        left = piece.length();
        channel = files.of(piece);
        return channel;
    }

    @Override
    public void close() throws IOException {
        files.close();
    }
}
