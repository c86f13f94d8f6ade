package dev.jbuild.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.oci.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompressionTest {
    @ParameterizedTest
    @EnumSource(names = {"NONE", "GZIP", "ZSTD"})
    void whatIsCompressedIsReadAgain(Compression compression) throws IOException {
        for (int size : new int[] {0, 1, 1000, 256 * 1024, 256 * 1024 + 1, 3_000_000}) {
            byte[] content = content(size);
            byte[] compressed = compress(compression, content, 2, 10_000);
            assertThat(Compression.decompress(new ByteArrayInputStream(compressed))
                            .readAllBytes())
                    .isEqualTo(content);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "ZSTD"})
    void bytesDependOnContentAlone(Compression compression) throws IOException {
        byte[] content = content(5_000_000);
        Digest one = Digest.sha256(compress(compression, content, 1, 1000));
        assertThat(Digest.sha256(compress(compression, content, 4, 333_333))).isEqualTo(one);
        assertThat(Digest.sha256(compress(compression, content, 2, content.length)))
                .isEqualTo(one);
    }

    @Test
    void gzipIsOneMemberThatOthersRead() throws IOException {
        byte[] content = content(1_000_000);
        byte[] compressed = compress(Compression.GZIP, content, 2, 5000);
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
            assertThat(in.readAllBytes()).isEqualTo(content);
        }
        Process gzip = new ProcessBuilder("gzip", "-dc").start();
        Thread feeder = new Thread(() -> feed(gzip, compressed));
        feeder.start();
        assertThat(gzip.getInputStream().readAllBytes()).isEqualTo(content);
    }

    private static void feed(Process process, byte[] bytes) {
        try (OutputStream out = process.getOutputStream()) {
            out.write(bytes);
        } catch (IOException e) {
            process.destroy();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "ZSTD"})
    void allMembersAreRead(Compression compression) throws IOException {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        joined.write(compress(compression, "one".getBytes(StandardCharsets.US_ASCII), 1, 3));
        if (compression == Compression.ZSTD) {
            joined.write(new byte[] {0x51, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 7, 7});
        }
        joined.write(compress(compression, "two".getBytes(StandardCharsets.US_ASCII), 1, 3));
        // As from a network: one byte at a time, and never any available.
        InputStream slow = new SlowStream(joined.toByteArray());
        assertThat(new String(Compression.decompress(slow).readAllBytes(), StandardCharsets.US_ASCII))
                .isEqualTo("onetwo");
    }

    @Test
    void aSkippableFrameMayComeFirst() throws IOException {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        joined.write(new byte[] {0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 7, 7});
        joined.write(compress(Compression.ZSTD, "two".getBytes(StandardCharsets.US_ASCII), 1, 3));
        InputStream in = Compression.decompress(new ByteArrayInputStream(joined.toByteArray()));
        assertThat(new String(in.readAllBytes(), StandardCharsets.US_ASCII)).isEqualTo("two");
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "ZSTD"})
    void aTruncatedStreamFails(Compression compression) throws IOException {
        byte[] compressed = compress(compression, content(100_000), 1, 100_000);
        byte[] half = Arrays.copyOf(compressed, compressed.length / 2);
        assertThatThrownBy(() ->
                        Compression.decompress(new ByteArrayInputStream(half)).readAllBytes())
                .isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bzip2", "xz"})
    void othersAreRead(String program) throws IOException {
        Process process = new ProcessBuilder(program, "-c").start();
        feed(process, "hello".getBytes(StandardCharsets.US_ASCII));
        byte[] compressed = process.getInputStream().readAllBytes();
        assertThat(new String(
                        Compression.decompress(new ByteArrayInputStream(compressed))
                                .readAllBytes(),
                        StandardCharsets.US_ASCII))
                .isEqualTo("hello");
    }

    @Test
    void layerTypesAreKnownBothWays() {
        List<Compression> known = new ArrayList<>();
        for (Compression compression : Compression.values()) {
            compression.ociLayerType().ifPresent(type -> {
                known.add(compression);
                assertThat(Compression.ofLayerType(type)).contains(compression);
            });
            compression
                    .dockerLayerType()
                    .ifPresent(type -> assertThat(Compression.ofLayerType(type)).contains(compression));
        }
        assertThat(known).containsExactly(Compression.NONE, Compression.GZIP, Compression.ZSTD);
        assertThat(Compression.ofLayerType("application/json")).isEmpty();
    }

    private static byte[] compress(Compression compression, byte[] content, int threads, int cut) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (OutputStream out = compression.compress(compressed, OptionalInt.empty(), threads)) {
            for (int at = 0; at < content.length; at += cut) {
                out.write(content, at, Math.min(cut, content.length - at));
                out.flush();
            }
        }
        return compressed.toByteArray();
    }

    /** Half compressible. */
    private static byte[] content(int size) {
        byte[] content = new byte[size];
        Random random = new Random(size);
        for (int i = 0; i < size; i++) {
            content[i] = (byte) ((i / 1000) % 2 == 0 ? random.nextInt() : i % 7);
        }
        return content;
    }

    private static final class SlowStream extends InputStream {
        private final byte[] bytes;
        private int at;

        SlowStream(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read() {
            return at < bytes.length ? bytes[at++] & 0xff : -1;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            int next = length == 0 ? 0 : read();
            if (length > 0 && next >= 0) {
                into[offset] = (byte) next;
            }
            return length == 0 ? 0 : next < 0 ? -1 : 1;
        }
    }
}
