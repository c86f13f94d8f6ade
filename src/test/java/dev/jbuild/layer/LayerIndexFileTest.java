package dev.jbuild.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerIndexFileTest {
    private static final LayerSummary SUMMARY =
            new LayerSummary(new DiffId(Digest.sha256(new byte[0])), Digest.sha256(new byte[1]), 10240);

    @TempDir
    Path directory;

    @Provide
    Arbitrary<LayerIndex> layers() {
        return LayerEntries.layers();
    }

    @Property(tries = 100)
    void whatIsWrittenIsRead(@ForAll("layers") LayerIndex layer) throws IOException {
        Path file = Files.createTempFile("index", "");
        try {
            LayerIndexFile.write(file, SUMMARY, layer);
            assertThat(LayerIndexFile.read(file)).isEqualTo(new LayerIndexFile.Content(SUMMARY, layer));
            assertThat(LayerIndexFile.readSummary(file)).isEqualTo(SUMMARY);
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void hardLinksAreKept() throws IOException {
        LayerEntry first = LayerEntries.file("a", "1");
        LayerIndex layer = LayerIndex.of(List.of(first, LayerEntries.hardLink("b", first)));
        Path file = directory.resolve("index");
        LayerIndexFile.write(file, SUMMARY, layer);
        assertThat(LayerIndexFile.read(file).index()).isEqualTo(layer);
    }

    @Test
    void aChangedByteIsNoticed() throws IOException {
        Path file = directory.resolve("index");
        LayerIndexFile.write(file, SUMMARY, LayerIndex.of(List.of(LayerEntries.file("a", "1"))));
        byte[] whole = Files.readAllBytes(file);
        for (int i = 0; i < whole.length; i++) {
            byte[] damaged = whole.clone();
            damaged[i] ^= 1;
            Files.write(file, damaged);
            assertThatThrownBy(() -> LayerIndexFile.read(file)).isInstanceOf(IOException.class);
        }
        Files.write(file, new byte[3]);
        assertThatThrownBy(() -> LayerIndexFile.read(file)).isInstanceOf(IOException.class);
    }

    @Test
    void contentDigestIgnoresTimesAlone() {
        LayerEntry entry = LayerEntries.file("a", "1");
        Digest digest = ContentDigest.of(LayerIndex.of(List.of(entry)));
        assertThat(ContentDigest.of(LayerIndex.of(List.of(with(entry, 0644, 5)))))
                .isEqualTo(digest);
        assertThat(ContentDigest.of(LayerIndex.of(List.of(with(entry, 0600, entry.mtimeSeconds())))))
                .isNotEqualTo(digest);
        assertThat(ContentDigest.of(LayerIndex.of(List.of(LayerEntries.file("a", "2")))))
                .isNotEqualTo(digest);
    }

    private static LayerEntry with(LayerEntry entry, int mode, long mtime) {
        return new LayerEntry(
                entry.path(),
                entry.type(),
                mode,
                entry.uid(),
                entry.gid(),
                entry.size(),
                mtime,
                entry.linkTarget(),
                entry.deviceMajor(),
                entry.deviceMinor(),
                entry.xattrs(),
                entry.content(),
                entry.hardLinkTo(),
                entry.opaque());
    }
}
