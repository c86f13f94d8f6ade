package dev.jbuild.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class ArchiveLimitsTest {
    private static InputStream zeros(int length) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(new byte[length]);
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }

    private static void read(long limit, int length) throws IOException {
        try (InputStream in = new ArchiveLimits(1, limit, 1).decompress(zeros(length))) {
            assertThat(in.skip(10) + in.readAllBytes().length + (in.read() + 1)).isEqualTo(length);
        }
    }

    @Test
    void readsUpToTheLimitAndNoFurther() {
        assertThatCode(() -> read(100_000, 100_000)).doesNotThrowAnyException();
        assertThatThrownBy(() -> read(99_999, 100_000))
                .isInstanceOf(MalformedArchive.class)
                .hasMessage("it is longer than 99999 bytes; JBUILD_ARCHIVE_MAX_SIZE allows more");
    }

    @Test
    void comparesWithTheCompressedLengthWhatIsMoreThanHarmless() {
        ArchiveLimits limits = new ArchiveLimits(1, Long.MAX_VALUE, 1000);
        long harmless = ArchiveLimits.HARMLESS;
        assertThatCode(() -> limits.check(harmless, 1)).doesNotThrowAnyException();
        assertThatCode(() -> limits.check(harmless * 2, harmless * 2 / 1000)).doesNotThrowAnyException();
        assertThatThrownBy(() -> limits.check(harmless * 2, harmless * 2 / 1000 - 1))
                .isInstanceOf(MalformedArchive.class)
                .hasMessageContaining("1000 times")
                .hasMessageContaining("JBUILD_ARCHIVE_MAX_RATIO");
        assertThatCode(() -> ArchiveLimits.NONE.check(Long.MAX_VALUE, 1)).doesNotThrowAnyException();
    }
}
