package dev.jbuild.image;

import static dev.jbuild.image.ImageFixture.PLATFORM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.layer.Compression;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.oci.ImageIndex;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.JbuildException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("kernel")
class ImageConversionTest {
    private static final Instant EARLIER = Instant.parse("2020-01-01T00:00:00Z");

    @TempDir
    Path directory;

    private ImageFixture here;

    @BeforeEach
    void open() throws JbuildException {
        here = new ImageFixture(directory);
    }

    @AfterEach
    void close() {
        here.close();
    }

    private BuiltImage built(int baseLayers, Instant epoch) throws JbuildException {
        LocalImage image = here.image(Optional.empty(), Map.of("bin/", "", "bin/hello", "hello"));
        return new BuiltImage(PLATFORM, image, baseLayers, baseLayers, Optional.of(epoch), Map.of());
    }

    private BuiltImages convert(BuiltImages result, String... pairs) throws JbuildException {
        Map<String, String> attributes = new HashMap<>();
        for (String pair : pairs) {
            attributes.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
        }
        ImageForm form = ExportOptions.parse("image", attributes).form();
        return new ImageConversion(here.store, form, here.cancellation).convert(result);
    }

    private LocalImage convert(BuiltImage image, String... pairs) throws JbuildException {
        return convert(BuiltImages.of(image), pairs).images().get(0).image();
    }

    private List<Long> times(LocalImage image) throws JbuildException, IOException {
        List<Long> times = new ArrayList<>();
        byte[] blob = here.store.blobs().read(image.manifest().layers().get(0).digest());
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(Compression.decompress(new ByteArrayInputStream(blob)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                times.add(entry.getModTime().getTime() / 1000);
            }
        }
        return times;
    }

    @Test
    void timesOfOwnLayersAreSetBackToTheEpoch() throws Exception {
        BuiltImage built = built(0, EARLIER);
        LocalImage image = convert(built, "rewrite-timestamp=true", "compression=gzip");
        assertThat(times(image)).containsExactly(EARLIER.getEpochSecond(), EARLIER.getEpochSecond());
        assertThat(image.config().diffIds()).isNotEqualTo(built.image().config().diffIds());
        assertThat(ImageConfig.parse(here.store.blobs().read(image.id())).diffIds())
                .isEqualTo(image.config().diffIds());
        assertThat(here.library
                        .unpack(image, TransferProgress.NONE, here.cancellation)
                        .diffIds())
                .isEqualTo(image.config().diffIds());
        LocalImage again = convert(built, "rewrite-timestamp=true", "compression=gzip");
        assertThat(again.manifest()).isEqualTo(image.manifest());
        LocalImage plain = convert(built, "rewrite-timestamp=true");
        assertThat(plain.config()).isEqualTo(image.config());
        assertThat(plain.manifest().layers().get(0).mediaType()).isEqualTo(MediaTypes.OCI_LAYER);
    }

    @Test
    void layersOfTheBaseKeepTheirTimes() throws Exception {
        BuiltImage built = built(1, EARLIER);
        LocalImage image = convert(built, "rewrite-timestamp=true");
        assertThat(image.config().diffIds()).isEqualTo(built.image().config().diffIds());
        assertThat(image.config().history()).isEqualTo(built.image().config().history());
    }

    @Test
    void earlierTimesStay() throws Exception {
        BuiltImage built = built(0, ImageFixture.TIME);
        assertThat(convert(built, "rewrite-timestamp=true").manifest())
                .isEqualTo(built.image().manifest());
    }

    @Test
    void theOutputsOwnEpochWins() throws Exception {
        BuiltImage built = built(0, ImageFixture.TIME);
        LocalImage image = convert(built, "rewrite-timestamp=true", "source-date-epoch=86400", "compression=zstd");
        assertThat(times(image)).containsExactly(86400L, 86400L);
        assertThat(image.config().created()).contains(Instant.ofEpochSecond(86400));
        assertThat(image.config().history().get(0).created()).contains(Instant.ofEpochSecond(86400));
        assertThat(convert(built(0, EARLIER), "rewrite-timestamp=true", "source-date-epoch=")
                        .config()
                        .created())
                .contains(ImageFixture.TIME);
    }

    @Test
    void blobsOfTheBaseAreCompressedAnewOnlyByForce() throws Exception {
        LocalImage gzip = convert(built(0, ImageFixture.TIME), "compression=gzip");
        BuiltImage based = new BuiltImage(PLATFORM, gzip, 1, 1, Optional.empty(), Map.of());
        assertThat(convert(based, "compression=zstd").manifest().layers())
                .isEqualTo(gzip.manifest().layers());
        assertThat(convert(based, "compression=zstd", "force-compression=true")
                        .manifest()
                        .layers())
                .extracting(Descriptor::mediaType)
                .containsExactly(MediaTypes.OCI_LAYER_ZSTD);
        assertThat(convert(based, "compression=uncompressed", "force-compression=true")
                        .manifest()
                        .layers())
                .extracting(Descriptor::digest)
                .containsExactly(gzip.config().diffIds().get(0).digest());
    }

    @Test
    void theLevelCounts() throws Exception {
        BuiltImage built = built(0, ImageFixture.TIME);
        Descriptor stored = convert(built, "compression=gzip", "compression-level=0")
                .manifest()
                .layers()
                .get(0);
        Descriptor small = convert(built, "compression=gzip", "compression-level=9")
                .manifest()
                .layers()
                .get(0);
        assertThat(stored.size()).isGreaterThan(small.size());
    }

    @Test
    void mediaTypesOfDocker() throws Exception {
        LocalImage image = convert(built(0, ImageFixture.TIME), "oci-mediatypes=false", "compression=gzip");
        assertThat(image.manifest().mediaType()).isEqualTo(MediaTypes.DOCKER_MANIFEST);
        assertThat(image.manifest().config().mediaType()).isEqualTo(MediaTypes.DOCKER_CONFIG);
        assertThat(image.manifest().layers())
                .extracting(Descriptor::mediaType)
                .containsExactly(MediaTypes.DOCKER_LAYER_GZIP);
    }

    @Test
    void annotationsGoWhereTheyAreMeantFor() throws Exception {
        Platform arm = new Platform("linux", "arm64");
        BuiltImage one = built(0, ImageFixture.TIME);
        BuiltImage other = new BuiltImage(arm, one.image(), 0, 0, Optional.empty(), Map.of());
        BuiltImages result = convert(
                BuiltImages.indexed(List.of(one, other), here.store),
                "annotation.a=1",
                "annotation-manifest[linux/arm64].a=2",
                "annotation-manifest-descriptor.b=3",
                "annotation-index.c=4",
                "annotation-index-descriptor.d=5");
        ImageIndex index = result.index().orElseThrow();
        assertThat(index.annotations()).isEqualTo(Map.of("c", "4"));
        assertThat(result.descriptor().annotations()).isEqualTo(Map.of("d", "5"));
        assertThat(index.manifests()).allMatch(entry -> entry.annotations().equals(Map.of("b", "3")));
        assertThat(result.images())
                .extracting(image -> image.image().manifest().annotations())
                .containsExactly(Map.of("a", "1"), Map.of("a", "2"));
        assertThat(index.manifests())
                .extracting(Descriptor::digest)
                .isEqualTo(result.images().stream()
                        .map(image -> image.image().manifest().raw().digest())
                        .toList());
    }
}
