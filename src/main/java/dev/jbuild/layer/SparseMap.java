package dev.jbuild.layer;

import java.util.ArrayList;
import java.util.List;

/**
 * Which parts of a sparse file an archive holds; the rest are zeros.
 *
 * @param realSize bytes of the file with its holes
 * @param pieces in order, without overlaps
 */
record SparseMap(long realSize, List<Piece> pieces) {
    /** A part of the file that is stored. */
    record Piece(long offset, long length) {
        long end() {
            return offset + length;
        }
    }

    SparseMap {
        pieces = List.copyOf(pieces);
    }

    /**
     * @param numbers offsets and lengths by turns
     * @param stored bytes that the archive holds for the file
     * @throws MalformedArchive if the pieces overlap, don't fit the file, or aren't what is stored
     */
    static SparseMap of(long realSize, List<Long> numbers, long stored) throws MalformedArchive {
        List<Piece> pieces = new ArrayList<>();
        long end = 0;
        long left = stored;
        for (int i = 0; i + 1 < numbers.size(); i += 2) {
            Piece piece = new Piece(numbers.get(i), numbers.get(i + 1));
            boolean valid = piece.offset() >= end && piece.length() >= 0 && piece.length() <= left;
            if (!valid || piece.end() < piece.offset() || piece.end() > realSize) {
                throw new MalformedArchive("invalid tar header: a sparse map that doesn't fit its file");
            }
            end = piece.end();
            left -= piece.length();
            if (piece.length() > 0) {
                pieces.add(piece);
            }
        }
        if (left != 0 || numbers.size() % 2 != 0) {
            throw new MalformedArchive("invalid tar header: a sparse map that doesn't fit its file");
        }
        return new SparseMap(realSize, pieces);
    }
}
