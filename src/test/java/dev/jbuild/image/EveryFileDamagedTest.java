package dev.jbuild.image;

import static dev.jbuild.image.ImageFixture.PLATFORM;
import static dev.jbuild.image.ImageFixture.name;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.image.Finding.Outcome;
import dev.jbuild.image.ImageExporter.Export;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.registry.Registries;
import dev.jbuild.store.CacheRecords.CacheRecord;
import dev.jbuild.store.CollectionRequest;
import dev.jbuild.store.Store;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each file of a store is deleted, and bits of it are flipped: that is found, or changes nothing that the store says; and
 * repaired, or what is lost is named. {@code -Djbuild.flips=N} flips so many bits of each file.
 */
@Tag("kernel")
class EveryFileDamagedTest {
    private static final int FLIPS = Integer.getInteger("jbuild.flips", 3);

    @TempDir
    Path directory;

    private final Registries unreachable = name -> {
        throw new EnvironmentError("registry " + name.domain() + " is down");
    };
    private final Random random = new Random(1);
    private final Digest key = Digest.sha256(new byte[] {1});
    private Path root;
    private Path copy;
    private Map<String, Digest> whole;
    private List<String> said;
    private int damages;

    @BeforeEach
    void aSmallStore() throws Exception {
        root = directory.resolve("store");
        copy = directory.resolve("copy");
        byte[] archive;
        try (ImageFixture other = new ImageFixture(directory.resolve("other"))) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            LocalImage image = other.image("loaded:1");
            new ImageExporter(other.store)
                    .export(
                            List.of(new Export(image, List.of(name("loaded:1")))),
                            ExportOptions.parse("oci", Map.of("dest", "-")),
                            out,
                            TransferProgress.NONE,
                            other.cancellation);
            archive = out.toByteArray();
        }
        try (ImageFixture fixture = new ImageFixture(root)) {
            LocalImage image = fixture.image("imported:1");
            new ImageLoader(fixture.store)
                    .load(new ByteArrayInputStream(archive), Optional.empty(), PLATFORM, fixture.cancellation);
            fixture.store
                    .records()
                    .put(new CacheRecord(key, "{}", image.config().diffIds(), List.of(image.id())));
            // What nothing needs may go, and be damaged, unnoticed.
            fixture.store.collect(CollectionRequest.unreachable("test"));
        }
        shell("cp", "-a", root.toString(), copy.toString());
        whole = contents();
        said = said();
    }

    private static void shell(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(file -> !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        }
    }

    /** What the store keeps, in files that are what they are called. */
    private Map<String, Digest> contents() throws IOException {
        Map<String, Digest> contents = new TreeMap<>();
        for (Path file : files()) {
            String name = root.relativize(file).toString();
            if (name.startsWith("blobs/") || name.startsWith("layers/")) {
                byte[] bytes = Files.isSymbolicLink(file)
                        ? Files.readSymbolicLink(file).toString().getBytes(java.nio.charset.StandardCharsets.UTF_8)
                        : Files.readAllBytes(file);
                contents.put(name, Digest.sha256(bytes));
            }
        }
        return contents;
    }

    /** What the store says that there is. */
    private List<String> said() throws JbuildException {
        try (Store store = Store.open(root)) {
            List<String> all = new ArrayList<>();
            store.names().list().forEach(image -> all.add(image.name() + " " + image.target()));
            store.records().find(key).ifPresent(found -> all.add(found.layers() + " " + found.blobs()));
            return all;
        }
    }

    private Verification verify(boolean repair) throws JbuildException {
        try (Store store = Store.open(root)) {
            return StoreVerifier.verify(store, unreachable, repair, TransferProgress.NONE, new Cancellation());
        }
    }

    @Test
    void eachFileIsDeleted() throws Exception {
        for (Path file : files()) {
            Files.delete(file);
            check("deleted " + root.relativize(file));
        }
        assertThat(damages).isGreaterThan(10);
    }

    @Test
    void bitsOfEachFileAreFlipped() throws Exception {
        for (Path file : files()) {
            for (int i = 0; i < FLIPS && !Files.isSymbolicLink(file); i++) {
                byte[] bytes = Files.readAllBytes(file);
                int at = random.nextInt(bytes.length);
                bytes[at] ^= (byte) (1 << random.nextInt(8));
                Files.write(file, bytes);
                check("flipped a bit of byte " + at + " of " + root.relativize(file));
            }
        }
        assertThat(damages).isGreaterThan(10 * FLIPS);
    }

    private void check(String what) throws Exception {
        damages++;
        Verification found;
        try {
            found = verify(false);
        } catch (JbuildException e) {
            // Not even begun with, as by a version that isn't known.
            assertThat(e.what()).as(what).contains(root.toString());
            restore();
            return;
        }
        if (found.findings().isEmpty()) {
            checkSame(what);
        } else {
            repair(what, verify(true));
        }
        restore();
    }

    private void repair(String what, Verification repaired) throws Exception {
        if (repaired.count(Outcome.LOST) > 0) {
            assertThat(repaired.findings())
                    .as(what)
                    .anySatisfy(finding -> assertThat(finding.images()).isNotEmpty());
            return;
        }
        assertThat(verify(false).findings()).as(what).isEmpty();
        checkSame(what);
    }

    /** Only what is cached may have been forgotten. */
    private void checkSame(String what) throws Exception {
        assertThat(contents()).as(what).isEqualTo(whole);
        assertThat(said())
                .as(what)
                .isSubsetOf(said)
                .containsAll(said.stream().filter(line -> line.contains(":1 ")).toList());
    }

    private void restore() throws Exception {
        shell("rm", "-rf", root.toString());
        shell("cp", "-a", copy.toString(), root.toString());
    }
}
