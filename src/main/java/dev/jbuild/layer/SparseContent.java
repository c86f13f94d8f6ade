package dev.jbuild.layer;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;

/** A sparse file's content with its holes filled. */
final class SparseContent extends InputStream {
    private final InputStream stored;
    private final List<SparseMap.Piece> pieces;
    private final long realSize;
    private long position;
    private int next;

    SparseContent(InputStream stored, SparseMap map) {
        this.stored = stored;
        this.pieces = map.pieces();
        this.realSize = map.realSize();
    }

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
        if (position >= realSize) {
            return -1;
        }
        while (next < pieces.size() && pieces.get(next).end() <= position) {
            next++;
        }
        long data = next < pieces.size() ? pieces.get(next).offset() : realSize;
        int read;
        if (position < data) {
            read = (int) Math.min(length, data - position);
            Arrays.fill(bytes, offset, offset + read, (byte) 0);
        } else {
            read = stored.read(
                    bytes, offset, (int) Math.min(length, pieces.get(next).end() - position));
        }
        if (read > 0) {
            position += read;
        }
        return read;
    }
}
