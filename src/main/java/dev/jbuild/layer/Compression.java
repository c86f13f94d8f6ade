package dev.jbuild.layer;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import dev.jbuild.oci.MediaTypes;
import java.io.BufferedInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.tukaani.xz.XZInputStream;

/** How a blob is compressed. */
public enum Compression {
    NONE,
    GZIP,
    ZSTD,
    /** Only read. */
    BZIP2,
    /** Only read. */
    XZ;

    private static final int GZIP_LEVEL = 6;
    private static final int GZIP_HIGHEST = 9;
    private static final int ZSTD_LEVEL = 3;
    private static final int ZSTD_HIGHEST = 22;
    /** Enough for the largest preset. */
    private static final int XZ_MEMORY_KIB = 100 * 1024;

    /** As many bytes as {@link #detect} wants to see. */
    public static final int MAGIC_LENGTH = 6;

    /** What the first bytes of a stream say; {@link #NONE} if they say nothing. */
    public static Compression detect(byte[] start, int length) {
        if (startsWith(start, length, 0x1f, 0x8b, 8)) {
            return GZIP;
        }
        boolean skippable = startsWith(start, length, -1, 0x2a, 0x4d, 0x18) && (start[0] & 0xf0) == 0x50;
        if (skippable || startsWith(start, length, 0x28, 0xb5, 0x2f, 0xfd)) {
            return ZSTD;
        }
        if (startsWith(start, length, 'B', 'Z', 'h')) {
            return BZIP2;
        }
        return startsWith(start, length, 0xfd, '7', 'z', 'X', 'Z', 0) ? XZ : NONE;
    }

    private static boolean startsWith(byte[] bytes, int length, int... magic) {
        if (length < magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if (magic[i] >= 0 && (bytes[i] & 0xff) != magic[i]) {
                return false;
            }
        }
        return true;
    }

    /** What the stream starts with, which is still to be read afterwards. */
    public static Compression detect(BufferedInputStream in) throws IOException {
        in.mark(MAGIC_LENGTH);
        byte[] start = in.readNBytes(MAGIC_LENGTH);
        in.reset();
        return detect(start, start.length);
    }

    /** The plain content of a stream, whatever it is compressed by. */
    public static InputStream decompress(InputStream in) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(in, 64 * 1024);
        return detect(buffered).open(buffered);
    }

    /** The plain content of a stream that is compressed this way: all gzip members, all zstd frames. */
    public InputStream open(InputStream in) throws IOException {
        return switch (this) {
            case NONE -> in;
            case GZIP ->
                GzipCompressorInputStream.builder()
                        .setInputStream(in)
                        .setDecompressConcatenated(true)
                        .get();
            case ZSTD -> new ZstdInputStreamNoFinalizer(in);
            case BZIP2 -> new BZip2CompressorInputStream(in, true);
            case XZ -> new XZInputStream(in, XZ_MEMORY_KIB);
        };
    }

    /**
     * Compresses what is written, on all processors; the bytes don't depend on how many there are. Closing it closes
     * {@code out}.
     */
    public OutputStream compress(OutputStream out) throws IOException {
        return compress(out, OptionalInt.empty());
    }

    /** As {@link #compress(OutputStream)}, from fast to small; a level that is too high or too low is the nearest one. */
    public OutputStream compress(OutputStream out, OptionalInt level) throws IOException {
        return compress(out, level, Runtime.getRuntime().availableProcessors());
    }

    /** Compresses with so many threads; one that can only be read is refused. */
    OutputStream compress(OutputStream out, OptionalInt level, int threads) throws IOException {
        return switch (this) {
            case NONE -> out;
            case GZIP -> new ParallelGzip(out, within(level.orElse(GZIP_LEVEL), GZIP_HIGHEST), threads);
            // Its multi-threaded form cuts jobs by the parameters alone; so one worker, not none, is the least.
            case ZSTD ->
                new Unflushed(new ZstdOutputStreamNoFinalizer(out, within(level.orElse(ZSTD_LEVEL), ZSTD_HIGHEST))
                        .setWorkers(threads));
            case BZIP2, XZ -> throw new IllegalArgumentException("layers aren't written as " + this);
        };
    }

    private static int within(int level, int highest) {
        return Math.max(0, Math.min(level, highest));
    }

    /** The OCI media type of a layer that is compressed so; none for those that can only be read. */
    public Optional<String> ociLayerType() {
        return switch (this) {
            case NONE -> Optional.of(MediaTypes.OCI_LAYER);
            case GZIP -> Optional.of(MediaTypes.OCI_LAYER_GZIP);
            case ZSTD -> Optional.of(MediaTypes.OCI_LAYER_ZSTD);
            default -> Optional.empty();
        };
    }

    /** Docker's media type of a layer that is compressed so; none for those that can only be read. */
    public Optional<String> dockerLayerType() {
        return switch (this) {
            case NONE -> Optional.of(MediaTypes.DOCKER_LAYER);
            case GZIP -> Optional.of(MediaTypes.DOCKER_LAYER_GZIP);
            case ZSTD -> Optional.of(MediaTypes.DOCKER_LAYER_ZSTD);
            default -> Optional.empty();
        };
    }

    /** What a layer's media type says; none if it isn't the type of a layer. */
    public static Optional<Compression> ofLayerType(String mediaType) {
        return switch (mediaType) {
            case MediaTypes.OCI_LAYER, MediaTypes.DOCKER_LAYER, OCI_FOREIGN, DOCKER_FOREIGN_PLAIN -> Optional.of(NONE);
            case MediaTypes.OCI_LAYER_GZIP, MediaTypes.DOCKER_LAYER_GZIP, OCI_FOREIGN + "+gzip", DOCKER_FOREIGN ->
                Optional.of(GZIP);
            case MediaTypes.OCI_LAYER_ZSTD, MediaTypes.DOCKER_LAYER_ZSTD, OCI_FOREIGN + "+zstd" -> Optional.of(ZSTD);
            default -> Optional.empty();
        };
    }

    private static final String OCI_FOREIGN = "application/vnd.oci.image.layer.nondistributable.v1.tar";
    private static final String DOCKER_FOREIGN_PLAIN = "application/vnd.docker.image.rootfs.foreign.diff.tar";
    private static final String DOCKER_FOREIGN = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";

    /** Keeps flushes away from a compressor, whose bytes they would change. */
    private static final class Unflushed extends FilterOutputStream {
        private boolean closed;

        Unflushed(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void flush() {}

        @Override
        public void close() throws IOException {
            if (!closed) {
                closed = true;
                out.close();
            }
        }
    }
}
