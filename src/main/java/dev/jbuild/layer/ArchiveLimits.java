package dev.jbuild.layer;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * How much an archive may come to that others made, so that a small one can't fill a disk. A value.
 *
 * @param entries files, directories and all else that a tar may hold
 * @param bytes how long a tar may be, with what follows its end
 * @param ratio how many times longer than what it is compressed to, once it is longer than {@link #HARMLESS}
 */
public record ArchiveLimits(long entries, long bytes, long ratio) {
    /** Bytes that any archive may expand to: files of nothing but zeros compress to a thousandth. */
    public static final long HARMLESS = 16L << 30;

    /** What holds where nothing else is said: more than the layers of images that are in use come to. */
    public static final ArchiveLimits DEFAULT = new ArchiveLimits(1_000_000, 256L << 30, 1000);

    /** For what this program made itself. */
    public static final ArchiveLimits NONE = new ArchiveLimits(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);

    /**
     * As {@link Compression#decompress}, within the limits: reading beyond one of them throws {@link MalformedArchive}.
     */
    public InputStream decompress(InputStream in) throws IOException {
        Counting compressed = new Counting(in);
        InputStream plain = Compression.decompress(compressed);
        return new Bounded(plain, compressed);
    }

    void checkEntries(long count) throws MalformedArchive {
        if (count > entries) {
            throw new MalformedArchive(
                    "it holds more than " + entries + " files; JBUILD_ARCHIVE_MAX_ENTRIES allows more");
        }
    }

    void check(long plain, long compressed) throws MalformedArchive {
        if (plain > bytes) {
            throw new MalformedArchive("it is longer than " + bytes + " bytes; JBUILD_ARCHIVE_MAX_SIZE allows more");
        }
        if (plain > HARMLESS && plain / ratio > compressed) {
            throw new MalformedArchive("it expands to more than " + ratio
                    + " times what it is compressed to; JBUILD_ARCHIVE_MAX_RATIO allows more");
        }
    }

    private static final class Counting extends FilterInputStream {
        private long count;

        Counting(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int read = in.read();
            count += read < 0 ? 0 : 1;
            return read;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = in.read(bytes, offset, length);
            count += Math.max(0, read);
            return read;
        }

        @Override
        public long skip(long length) throws IOException {
            long skipped = in.skip(length);
            count += skipped;
            return skipped;
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }

    private final class Bounded extends FilterInputStream {
        private final Counting compressed;
        private long count;

        Bounded(InputStream plain, Counting compressed) {
            super(plain);
            this.compressed = compressed;
        }

        private void add(long more) throws MalformedArchive {
            count += more;
            check(count, compressed.count);
        }

        @Override
        public int read() throws IOException {
            int read = in.read();
            add(read < 0 ? 0 : 1);
            return read;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = in.read(bytes, offset, length);
            add(Math.max(0, read));
            return read;
        }

        @Override
        public long skip(long length) throws IOException {
            long skipped = in.skip(length);
            add(skipped);
            return skipped;
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
