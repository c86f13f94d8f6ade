package dev.jbuild.image;

import static dev.jbuild.image.ImageFixture.PLATFORM;
import static dev.jbuild.image.ImageFixture.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.layer.Compression;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageIndex;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Manifest;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.BuildCancelled;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.registry.RegistryClient.Fetched;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.store.CollectionRequest;
import dev.jbuild.sys.RawPath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("kernel")
class ImageLibraryTest {
    @TempDir
    Path directory;

    private ImageFixture here;

    @BeforeEach
    void open() throws JbuildException {
        here = new ImageFixture(directory.resolve("here"));
    }

    @AfterEach
    void close() {
        here.close();
    }

    private List<String> names() throws JbuildException {
        return here.library.list().stream()
                .map(line -> line.name().map(ImageReference::familiar).orElse("<none>"))
                .toList();
    }

    private LocalImage pushed(String name) throws JbuildException {
        LocalImage image = here.image(name);
        here.library.push(image, name(name), TransferProgress.NONE, here.cancellation);
        return image;
    }

    private ImageFixture elsewhere() throws JbuildException {
        return new ImageFixture(directory.resolve("elsewhere"));
    }

    private static void share(ImageFixture from, ImageFixture to) {
        to.registry.blobs.putAll(from.registry.blobs);
        to.registry.manifests.putAll(from.registry.manifests);
    }

    @Test
    void findsByNameAndId() throws Exception {
        LocalImage image = here.image("app:1");
        String hex = image.id().hex();
        for (String text : List.of("app:1", "docker.io/library/app:1", hex, "sha256:" + hex, hex.substring(0, 12))) {
            assertThat(here.library.find(text, PLATFORM)).as(text).contains(image);
        }
        assertThat(here.library.find("app:2", PLATFORM)).isEmpty();
        assertThat(here.library.read(image.manifest().raw().digest()).id()).isEqualTo(image.id());
        assertThatThrownBy(() -> here.library.get("nope", PLATFORM))
                .isInstanceOf(UserError.class)
                .hasMessage("no such image: nope");
    }

    @Test
    void listsTagsAndRemoves() throws Exception {
        LocalImage image = here.image("app:1");
        here.library.tag("app:1", name("other/app:2"));
        assertThat(names()).containsExactly("app:1", "other/app:2");
        assertThatThrownBy(() -> here.library.remove(image.id().hex(), false))
                .hasMessageContaining("has several names: app:1, other/app:2");
        assertThat(here.library.remove("app:1", false)).isEqualTo(new Removed(List.of("app:1"), List.of()));
        assertThat(here.library.remove("other/app:2", false))
                .isEqualTo(new Removed(List.of("other/app:2"), List.of(image.id())));
        assertThat(names()).isEmpty();
        assertThatThrownBy(() -> here.library.remove("app:1", false)).hasMessageContaining("no such image");
    }

    @Test
    void imageThatLostItsNameIsKeptUntilRemoved() throws Exception {
        LocalImage old = here.image("app:1");
        here.image(Optional.of("app:1"), Map.of("new", "file"));
        assertThat(names()).containsExactly("app:1", "<none>");
        here.library.tag(old.id().hex(), name("old:1"));
        assertThat(names()).containsExactly("app:1", "old:1");
        assertThat(here.library.remove(old.id().hex().substring(0, 10), false).untagged())
                .containsExactly("old:1");
    }

    @Test
    void pushesCompressedOnceAndPullsBack() throws Exception {
        LocalImage image = pushed("app:1");
        Manifest pushed = Manifest.parse(here.registry.document("library/app 1"), "");
        assertThat(pushed.layers().get(0).mediaType()).isEqualTo(MediaTypes.OCI_LAYER_GZIP);
        assertThat(pushed.config()).isEqualTo(image.manifest().config());
        int calls = here.registry.calls.size();
        here.library.push(image, name("app:2"), TransferProgress.NONE, here.cancellation);
        assertThat(here.registry.calls).hasSize(calls);

        try (ImageFixture there = elsewhere()) {
            share(here, there);
            LocalImage pulled = there.library.pull(name("app:1"), PLATFORM, TransferProgress.NONE, here.cancellation);
            assertThat(pulled.id()).isEqualTo(image.id());
            LayerStack stack = there.library.unpack(pulled, TransferProgress.NONE, here.cancellation);
            assertThat(stack.diffIds()).isEqualTo(image.config().diffIds());
            assertThat(stack.view().find(RawPath.of("bin/hello"))).isPresent();
            int pulls = there.registry.calls.size();
            there.library.resolve(name("app:1"), PLATFORM, false, TransferProgress.NONE, here.cancellation);
            there.library.unpack(pulled, TransferProgress.NONE, here.cancellation);
            assertThat(there.registry.calls).hasSize(pulls);
        }
    }

    @Test
    void resolvedImageIsNamedWhenUnpacked() throws Exception {
        LocalImage image = pushed("app:1");
        try (ImageFixture there = elsewhere()) {
            share(here, there);
            LocalImage resolved =
                    there.library.resolve(name("app:1"), PLATFORM, true, TransferProgress.NONE, here.cancellation);
            assertThat(there.library.list()).isEmpty();
            assertThat(there.registry.calls).hasSize(2);
            there.library.unpack(resolved, TransferProgress.NONE, here.cancellation);
            assertThat(there.library.list()).extracting(ListedImage::id).containsExactly(image.id());
        }
    }

    @Test
    void refusesADamagedLayer() throws Exception {
        pushed("app:1");
        try (ImageFixture there = elsewhere()) {
            share(here, there);
            Manifest manifest = Manifest.parse(here.registry.document("library/app 1"), "");
            Digest layer = manifest.layers().get(0).digest();
            there.registry.blobs.put(layer, new byte[10]);
            assertThatThrownBy(
                            () -> there.library.pull(name("app:1"), PLATFORM, TransferProgress.NONE, here.cancellation))
                    .isInstanceOf(JbuildException.class);
            LocalImage resolved =
                    there.library.resolve(name("app:1"), PLATFORM, false, TransferProgress.NONE, here.cancellation);
            assertThatThrownBy(() -> there.library.unpack(resolved, TransferProgress.NONE, here.cancellation))
                    .isInstanceOf(JbuildException.class);
            assertThat(there.library.list()).isEmpty();
        }
    }

    @Test
    void choosesThePlatformOfAnIndex() throws Exception {
        LocalImage image = pushed("app:1");
        Descriptor manifest = Manifest.parse(here.registry.document("library/app 1"), MediaTypes.OCI_MANIFEST)
                .descriptor();
        Descriptor missing = new Descriptor(MediaTypes.OCI_MANIFEST, Digest.sha256(new byte[1]), 1);
        ImageIndex index = ImageIndex.of(
                MediaTypes.OCI_INDEX,
                List.of(missing.withPlatform(new Platform("linux", "arm64")), manifest.withPlatform(PLATFORM)),
                Map.of());
        try (ImageFixture there = elsewhere()) {
            share(here, there);
            there.registry.manifests.put("library/app multi", new Fetched(MediaTypes.OCI_INDEX, index.raw()));
            LocalImage pulled =
                    there.library.pull(name("app:multi"), PLATFORM, TransferProgress.NONE, here.cancellation);
            assertThat(pulled.target().digest()).isEqualTo(index.raw().digest());
            assertThat(pulled.id()).isEqualTo(image.id());
            assertThat(there.library.find("app:multi", PLATFORM)).contains(pulled);
            assertThat(there.library.find("app:multi", new Platform("linux", "arm64")))
                    .isEmpty();
            assertThat(there.library.find("app@" + manifest.digest(), PLATFORM)).isPresent();
            assertThatThrownBy(() -> there.library.pull(
                            name("app:multi"),
                            new Platform("linux", "s390x"),
                            TransferProgress.NONE,
                            here.cancellation))
                    .isInstanceOfSatisfying(
                            UserError.class,
                            error -> assertThat(error.hints())
                                    .containsExactly("it has images for linux/arm64, linux/amd64"));
        }
    }

    @Test
    void mountsLayersOfImagesFromTheSameRegistry() throws Exception {
        pushed("r.example/base:1");
        try (ImageFixture there = elsewhere()) {
            share(here, there);
            LocalImage base =
                    there.library.pull(name("r.example/base:1"), PLATFORM, TransferProgress.NONE, here.cancellation);
            there.registry.blobs.clear();
            there.library.push(base, name("r.example/app:1"), TransferProgress.NONE, here.cancellation);
            assertThat(there.registry.calls)
                    .contains("mount " + base.manifest().layers().get(0).digest() + " from base");
        }
    }

    @Test
    void stopsWhenCancelled() throws Exception {
        pushed("app:1");
        Cancellation cancelled = new Cancellation();
        cancelled.cancel();
        assertThatThrownBy(() -> here.library.pull(name("app:1"), PLATFORM, TransferProgress.NONE, cancelled))
                .isInstanceOf(BuildCancelled.class);
    }

    @Test
    void compressedLayersAreRemembered() throws Exception {
        LocalImage image = here.image("app:1");
        LayerForms layers = new LayerForms(here.store);
        Descriptor layer = image.manifest().layers().get(0);
        DiffId diffId = image.config().diffIds().get(0);
        Descriptor once = layers.compressed(layer, diffId, Compression.ZSTD, OptionalInt.empty());
        assertThat(layers.compressed(layer, diffId, Compression.ZSTD, OptionalInt.empty()))
                .isEqualTo(once);
        assertThat(once.mediaType()).isEqualTo(MediaTypes.OCI_LAYER_ZSTD);
        assertThat(here.store.blobs().has(once.digest())).isTrue();
        assertThat(here.store.blobs().has(layer.digest())).isFalse();
    }

    @Test
    void aLayerThatCannotBeReadIsKeptToBeMended() throws Exception {
        LocalImage image = here.image("app:1");
        Path home = here.library
                .unpack(image, TransferProgress.NONE, here.cancellation)
                .layers()
                .get(0)
                .directory()
                .resolveSibling(".");
        Path index = home.resolve("index").normalize();
        Files.write(index, new byte[100]);
        Files.setLastModifiedTime(index, FileTime.fromMillis(1000));
        here.store.collect(CollectionRequest.unreachable("test"));
        assertThat(index).exists();
        assertThat(StoreVerifier.verify(here.store, here.registry, true, TransferProgress.NONE, here.cancellation)
                        .isSound())
                .isTrue();
        assertThat(here.library
                        .unpack(image, TransferProgress.NONE, here.cancellation)
                        .view()
                        .find(RawPath.of("bin/hello")))
                .isPresent();
        Files.write(index, new byte[100]);
        here.library.remove("app:1", true);
        Files.setLastModifiedTime(index, FileTime.fromMillis(1000));
        here.store.collect(CollectionRequest.unreachable("test"));
        assertThat(index).doesNotExist();
    }
}
