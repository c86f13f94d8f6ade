package dev.jbuild.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.oci.Digest;
import dev.jbuild.sys.RawPath;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class LayerTarRoundTripTest {
    @Provide
    Arbitrary<LayerIndex> layers() {
        return LayerEntries.layers();
    }

    @Property(tries = 150)
    void whatIsWrittenIsRead(@ForAll("layers") LayerIndex layer) throws IOException {
        byte[] tar = write(layer);
        assertThat(tar.length % 512).isZero();
        assertThat(read(tar)).isEqualTo(layer);
    }

    @Property(tries = 50)
    void theSameLayerGivesTheSameBytes(@ForAll("layers") LayerIndex layer) throws IOException {
        assertThat(write(LayerIndex.of(new ArrayList<>(layer.entries())))).isEqualTo(write(layer));
    }

    @Test
    void hardLinksNameTheirFirst() throws IOException {
        LayerEntry first = LayerEntries.file("a", "x".repeat(700));
        LayerEntry second = LayerEntries.hardLink("b", first);
        LayerIndex layer = LayerIndex.of(List.of(first, second, LayerEntries.file("c", "")));
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        try (LayerTarWriter writer = new LayerTarWriter(tar)) {
            writer.add(first, new ByteArrayInputStream("x".repeat(700).getBytes(StandardCharsets.US_ASCII)));
            writer.add(second);
            writer.add(layer.entries().get(2));
        }
        LayerTarReader reader = new LayerTarReader(new ByteArrayInputStream(tar.toByteArray()));
        assertThat(reader.next().orElseThrow().size()).isEqualTo(700);
        TarEntry link = reader.next().orElseThrow();
        assertThat(link.kind()).isEqualTo(TarEntry.Kind.HARD_LINK);
        assertThat(link.linkPath()).isEqualTo(RawPath.of("a"));
        assertThat(link.size()).isZero();
        assertThat(reader.next().orElseThrow().path()).isEqualTo(RawPath.of("c"));
        assertThat(reader.next()).isEmpty();
    }

    static byte[] write(LayerIndex layer) throws IOException {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        try (LayerTarWriter writer = new LayerTarWriter(tar)) {
            for (LayerEntry entry : layer.entries()) {
                writer.add(entry, new ByteArrayInputStream(LayerEntries.contentOf(entry.path(), entry.size())));
            }
        }
        return tar.toByteArray();
    }

    /** A simple reading of a layer that has no hard links. */
    private static LayerIndex read(byte[] tar) throws IOException {
        List<LayerEntry> entries = new ArrayList<>();
        try (LayerTarReader reader = new LayerTarReader(new ByteArrayInputStream(tar))) {
            for (Optional<TarEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
                TarEntry entry = next.get();
                String name = new String(entry.path().fileName().bytes(), StandardCharsets.ISO_8859_1);
                if (name.equals(LayerTarWriter.OPAQUE_MARKER)) {
                    entries.set(entries.size() - 1, opaque(entries.get(entries.size() - 1)));
                } else if (name.startsWith(LayerTarWriter.WHITEOUT_PREFIX)) {
                    RawPath of = LayerEntries.latin1(name.substring(4));
                    entries.add(LayerEntry.whiteout(entry.path().parent().resolve(of)));
                } else {
                    entries.add(entry(entry, reader.content().readAllBytes()));
                }
            }
        }
        return LayerIndex.of(entries);
    }

    private static LayerEntry entry(TarEntry entry, byte[] content) {
        EntryType type = EntryType.valueOf(entry.kind().name());
        assertThat(content).hasSize((int) entry.size());
        return new LayerEntry(
                entry.path(),
                type,
                entry.mode(),
                entry.uid(),
                entry.gid(),
                entry.size(),
                entry.mtimeSeconds(),
                entry.rawLinkName(),
                entry.deviceMajor(),
                entry.deviceMinor(),
                entry.xattrs(),
                type == EntryType.FILE ? Optional.of(Digest.sha256(content)) : Optional.empty(),
                Optional.empty(),
                false);
    }

    private static LayerEntry opaque(LayerEntry entry) {
        return new LayerEntry(
                entry.path(),
                entry.type(),
                entry.mode(),
                entry.uid(),
                entry.gid(),
                entry.size(),
                entry.mtimeSeconds(),
                entry.linkTarget(),
                entry.deviceMajor(),
                entry.deviceMinor(),
                entry.xattrs(),
                entry.content(),
                entry.hardLinkTo(),
                true);
    }
}
