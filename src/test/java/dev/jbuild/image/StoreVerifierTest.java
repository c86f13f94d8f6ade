package dev.jbuild.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.image.Finding.Outcome;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.oci.ImageIndex;
import dev.jbuild.oci.Manifest;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.registry.Registries;
import dev.jbuild.store.CacheRecords.CacheRecord;
import dev.jbuild.store.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreVerifierTest {
    private static final String NAME = "example.com/an/image:1";

    @TempDir
    Path directory;

    private final Registries unreachable = name -> {
        throw new EnvironmentError("registry " + name.domain() + " is down");
    };
    private Store store;
    private Descriptor config;
    private Descriptor manifest;

    @BeforeEach
    void anImageOfAnIndex() throws Exception {
        store = Store.open(directory.resolve("store"));
        config = put(
                MediaTypes.OCI_CONFIG,
                ImageConfig.empty(new Platform("linux", "amd64")).toJson().bytes());
        manifest = put(
                MediaTypes.OCI_MANIFEST,
                Manifest.of(MediaTypes.OCI_MANIFEST, config, List.of(), Map.of())
                        .raw()
                        .bytes());
        Descriptor neverFetched = new Descriptor(MediaTypes.OCI_MANIFEST, Digest.sha256(new byte[] {1}), 1);
        Descriptor index = put(
                MediaTypes.OCI_INDEX,
                ImageIndex.of(MediaTypes.OCI_INDEX, List.of(manifest, neverFetched), Map.of())
                        .raw()
                        .bytes());
        store.names().set(NAME, index);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Descriptor put(String type, byte[] bytes) throws JbuildException {
        return new Descriptor(type, store.blobs().put(bytes), bytes.length);
    }

    private Verification verify(boolean repair) throws JbuildException {
        return StoreVerifier.verify(store, unreachable, repair, TransferProgress.NONE, new Cancellation());
    }

    @Test
    void whatWasNeverFetchedIsNotMissing() throws Exception {
        Verification verification = verify(false);
        assertThat(verification.findings()).isEmpty();
        assertThat(verification.isSound()).isTrue();
        assertThat(verification.names()).isEqualTo(1);
        assertThat(verification.blobs()).isEqualTo(3);
    }

    @Test
    void anIndexWithoutAnyOfItsImagesIsDamaged() throws Exception {
        Files.delete(store.blobs().path(manifest.digest()));
        assertThat(verify(false).findings()).anySatisfy(finding -> {
            assertThat(finding.what()).isEqualTo("blob " + manifest.digest());
            assertThat(finding.problems()).containsExactly("is missing");
            assertThat(finding.images()).containsExactly(NAME);
            assertThat(finding.outcome()).isEqualTo(Outcome.FOUND);
        });
    }

    @Test
    void aManifestThatWasHereOnceIsMissing() throws Exception {
        Descriptor other = put(
                MediaTypes.OCI_MANIFEST,
                Manifest.of(MediaTypes.OCI_MANIFEST, config, List.of(), Map.of("other", "yes"))
                        .raw()
                        .bytes());
        Descriptor index = put(
                MediaTypes.OCI_INDEX,
                ImageIndex.of(MediaTypes.OCI_INDEX, List.of(manifest, other), Map.of())
                        .raw()
                        .bytes());
        store.names().set(NAME, index);
        Files.delete(store.blobs().path(other.digest()));
        assertThat(verify(false).findings()).extracting(Finding::what).containsExactly("blob " + other.digest());
    }

    @Test
    void aBlobThatOnlyTheCacheNeedsIsLookedForToo() throws Exception {
        Digest cached = store.blobs().put(new byte[] {7});
        Digest key = Digest.sha256(new byte[] {8});
        store.records().put(new CacheRecord(key, "{}", List.of(), List.of(cached)));
        assertThat(verify(false).findings()).isEmpty();
        Files.delete(store.blobs().path(cached));
        assertThat(verify(false).findings()).extracting(Finding::what).containsExactly("blob " + cached);
        assertThat(verify(true).isSound()).isTrue();
        assertThat(store.records().find(key)).isEmpty();
        assertThat(verify(false).findings()).isEmpty();
    }

    @Test
    void whatCannotBeHadAgainIsLostWithTheReason() throws Exception {
        Files.write(store.blobs().path(config.digest()), new byte[] {'x'});
        Verification found = verify(false);
        assertThat(found.isSound()).isFalse();
        assertThat(found.findings().get(0).problems()).containsExactly("its bytes have another digest");
        Verification repaired = verify(true);
        assertThat(repaired.count(Outcome.LOST)).isEqualTo(1);
        assertThat(repaired.findings().get(0).how()).contains("registry example.com is down");
        assertThat(repaired.findings().get(0).images()).containsExactly(NAME);
    }

    @Test
    void namesAndTheirFilesAreMadeToAgree() throws Exception {
        Path names = directory.resolve("store/names");
        Path file;
        try (var files = Files.list(names)) {
            file = files.findFirst().orElseThrow();
        }
        byte[] content = Files.readAllBytes(file);
        store.names().remove(NAME);
        Files.write(file, content);
        assertThat(verify(false).findings()).extracting(Finding::what).containsExactly("file of the name " + NAME);
        assertThat(verify(true).isSound()).isTrue();
        assertThat(names).isEmptyDirectory();
        assertThat(verify(false).findings()).isEmpty();
    }

    @Test
    void aDamagedDatabaseIsPutAsideWithAllThatBelongsToIt() throws Exception {
        store.close();
        Path root = directory.resolve("store");
        Files.writeString(root.resolve("jbuild.db"), "no database".repeat(1000));
        Files.writeString(root.resolve("jbuild.db.damaged"), "an earlier one");
        store = Store.open(root);
        Verification found = verify(false);
        assertThat(found.findings().get(0).how()).contains("nothing else was checked");
        assertThat(verify(true).isSound()).isTrue();
        assertThat(root.resolve("jbuild.db.damaged")).hasContent("an earlier one");
        assertThat(root.resolve("jbuild.db.damaged2")).exists();
        assertThat(store.names().find(NAME)).isPresent();
        assertThat(verify(false).findings()).isEmpty();
    }
}
