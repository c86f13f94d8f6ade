package dev.jbuild.image;

import static dev.jbuild.image.ImageFixture.PLATFORM;
import static dev.jbuild.image.ImageFixture.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.JbuildException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("kernel")
class NamedOutputTest {
    private static final Platform ARM64 = new Platform("linux", "arm64");

    @TempDir
    Path directory;

    private ImageFixture here;
    private ImageFixture there;

    @BeforeEach
    void open() throws JbuildException {
        here = new ImageFixture(directory.resolve("here"));
        there = new ImageFixture(directory.resolve("there"), here.registry);
    }

    @AfterEach
    void close() {
        here.close();
        there.close();
    }

    private BuiltImages index() throws JbuildException {
        return BuiltImages.indexed(List.of(built(ARM64, "arm"), built(PLATFORM, "amd")), here.store);
    }

    private BuiltImage built(Platform platform, String content) throws JbuildException {
        LocalImage image = here.image(Optional.empty(), Map.of("file", content));
        return new BuiltImage(platform, image, 0, 0, Optional.empty(), Map.of());
    }

    private NamedOutput.Delivered deliver(BuiltImages result, Map<String, String> attributes, String... tags)
            throws JbuildException {
        List<ImageReference> names =
                List.of(tags).stream().map(ImageFixture::name).toList();
        return new NamedOutput(here.store, here.library, PLATFORM)
                .deliver(
                        result,
                        ExportOptions.parse("image", attributes),
                        names,
                        TransferProgress.NONE,
                        here.cancellation);
    }

    @Test
    void anIndexIsPushedAndPulledWhole() throws Exception {
        NamedOutput.Delivered delivered =
                deliver(index(), Map.of("push", "true", "annotation-index.a", "b"), "r.example/m:1");
        assertThat(delivered.descriptor().mediaType()).isEqualTo(MediaTypes.OCI_INDEX);
        LocalImage arm = pull("r.example/m:1", ARM64);
        assertThat(arm.target().digest()).isEqualTo(delivered.descriptor().digest());
        assertThat(arm.id())
                .isEqualTo(delivered.result().images().get(0).image().id());
        assertThat(new Documents(there.store.blobs()).index(arm.target()).annotations())
                .isEqualTo(Map.of("a", "b"));
        assertThat(pull("r.example/m:1", PLATFORM).id())
                .isEqualTo(delivered.result().images().get(1).image().id());
        assertThat(here.library.get("r.example/m:1", PLATFORM).target().digest())
                .isEqualTo(delivered.result().target().digest());
    }

    private LocalImage pull(String reference, Platform platform) throws JbuildException {
        return there.library.pull(name(reference), platform, TransferProgress.NONE, there.cancellation);
    }

    @Test
    void layersArePushedAsTheOutputSays() throws Exception {
        BuiltImages one = BuiltImages.of(built(PLATFORM, "x"));
        deliver(one, Map.of("push", "true"), "r.example/gzip");
        deliver(one, Map.of("push", "true", "compression", "zstd"), "r.example/zstd");
        deliver(one, Map.of("push", "true", "compression", "uncompressed"), "r.example/plain");
        assertThat(layerType("r.example/gzip")).isEqualTo(MediaTypes.OCI_LAYER_GZIP);
        assertThat(layerType("r.example/zstd")).isEqualTo(MediaTypes.OCI_LAYER_ZSTD);
        assertThat(layerType("r.example/plain")).isEqualTo(MediaTypes.OCI_LAYER);
    }

    private String layerType(String reference) throws JbuildException {
        return pull(reference, PLATFORM).manifest().layers().get(0).mediaType();
    }

    @Test
    void byDigestThereIsNoTag() throws Exception {
        Descriptor pushed = deliver(
                        BuiltImages.of(built(PLATFORM, "x")),
                        Map.of("push", "true", "push-by-digest", "true", "store", "false"),
                        "r.example/d:1")
                .descriptor();
        assertThat(pull("r.example/d@" + pushed.digest(), PLATFORM)
                        .manifest()
                        .raw()
                        .digest())
                .isEqualTo(pushed.digest());
        assertThat(here.library.find("r.example/d:1", PLATFORM)).isEmpty();
        assertThatThrownBy(() -> pull("r.example/d:1", PLATFORM)).isInstanceOf(JbuildException.class);
    }

    @Test
    void withoutANameAnIndexIsKeptUnderAnId() throws Exception {
        BuiltImages index = index();
        deliver(index, Map.of());
        assertThat(here.library.get(index.id().toString(), ARM64).id())
                .isEqualTo(index.images().get(0).image().id());
        assertThat(here.library.get(index.id().hex().substring(0, 12), PLATFORM).id())
                .isEqualTo(index.images().get(1).image().id());
    }
}
