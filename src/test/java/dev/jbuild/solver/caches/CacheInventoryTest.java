package dev.jbuild.solver.caches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.graph.RunMount;
import dev.jbuild.layer.Compression;
import dev.jbuild.problem.BuildCancelled;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("kernel")
class CacheInventoryTest {
    private static final Cancellation NEVER = new Cancellation();

    private final Path directory;
    private final CacheMounts mounts;
    private final CacheInventory inventory;

    CacheInventoryTest(@TempDir Path directory) {
        this.directory = directory.resolve("cachemounts");
        this.mounts = new CacheMounts(this.directory);
        this.inventory = mounts.inventory();
    }

    private CacheMounts.Held held(String id, String origin) throws Exception {
        return mounts.acquire(
                new CacheMounts.Use(id, origin, RunMount.Sharing.LOCKED, false, fresh -> {}), new Cancellation());
    }

    private void fill(String id, String origin, String content) throws Exception {
        try (CacheMounts.Held held = held(id, origin)) {
            Files.writeString(held.path().resolve("file"), content);
        }
    }

    private byte[] exported(String word) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        inventory.exportTo(word, Compression.NONE, out, NEVER);
        return out.toByteArray();
    }

    private CacheEntry imported(byte[] tar, String id) throws Exception {
        return inventory.importFrom(new ByteArrayInputStream(tar), id, Optional.empty(), NEVER);
    }

    private List<String> files() throws Exception {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> String.valueOf(file.getFileName())).toList();
        }
    }

    @Test
    void nothingIsListedWhereNothingWasMade() throws Exception {
        assertThat(inventory.list()).isEmpty();
        assertThat(inventory.removeAll().removed()).isEmpty();
    }

    @Test
    void cachesAreListedWithWhatIsKnownOfThem() throws Exception {
        Instant before = Instant.now().minusSeconds(2);
        fill("/root/.cache", "", "12345");
        fill("team/go", "", "123");
        try (CacheMounts.Held held = held("team/go", "")) {
            Files.createLink(held.path().resolve("link"), held.path().resolve("file"));
            List<CacheEntry> all = inventory.list();
            assertThat(all).extracting(CacheEntry::title).containsExactly("root/.cache", "team/go");
            assertThat(all).extracting(CacheEntry::size).containsExactly(5L, 3L);
            assertThat(all).extracting(CacheEntry::inUse).containsExactly(false, true);
            assertThat(all).allSatisfy(cache -> assertThat(cache.lastUsed()).isAfter(before));
        }
        assertThat(inventory.list()).extracting(CacheEntry::inUse).containsOnly(false);
    }

    @Test
    void aCacheWithoutARecordGetsItWithItsNextUse() throws Exception {
        fill("/go", "", "x");
        String name = inventory.list().get(0).name();
        Files.delete(directory.resolve(name + ".about"));
        assertThat(inventory.list()).extracting(CacheEntry::id).containsExactly("");
        fill("/go", "", "x");
        assertThat(inventory.list()).extracting(CacheEntry::id).containsExactly("go");
    }

    @Test
    void whatIsRemovedLeavesNothing() throws Exception {
        fill("/go", "", "x");
        fill("ns/go", "", "x");
        fill("/rust", "", "x");
        assertThat(inventory.remove(List.of("ns/go")).removed())
                .extracting(CacheEntry::namespace)
                .containsExactly("ns");
        assertThat(inventory.remove(List.of("go")).removed()).hasSize(1);
        String rust = inventory.list().get(0).shortName();
        assertThat(inventory.remove(List.of(rust)).removed()).hasSize(1);
        assertThat(files()).isEmpty();
    }

    @Test
    void oneThatIsInUseStays() throws Exception {
        fill("/idle", "", "x");
        try (CacheMounts.Held held = held("/busy", "")) {
            CacheInventory.Removal removal = inventory.removeAll();
            assertThat(removal.removed()).extracting(CacheEntry::id).containsExactly("idle");
            assertThat(removal.inUse()).extracting(CacheEntry::id).containsExactly("busy");
            assertThat(held.path()).isDirectory();
            assertThatThrownBy(() -> exported("busy"))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("busy is in use");
        }
        assertThat(exported("busy")).isNotEmpty();
    }

    @Test
    void whatNobodyMadeIsUnknown() throws Exception {
        fill("/go", "", "x");
        assertThatThrownBy(() -> inventory.remove(List.of("go", "no")))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("there is no cache mount no");
        assertThat(inventory.list()).hasSize(1);
        assertThatThrownBy(() -> exported("no")).isInstanceOf(UserError.class);
    }

    @Test
    void anIdOfSeveralIsToBeSaidByName() throws Exception {
        fill("/go", "", "plain");
        fill("/go", "Permissions", "own");
        assertThatThrownBy(() -> exported("go"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("several cache mounts are called go");
        for (CacheEntry cache : inventory.list()) {
            assertThat(exported(cache.shortName())).isNotEmpty();
        }
    }

    @Test
    void allOfATreeComesBack() throws Exception {
        try (CacheMounts.Held held = held("/go", "origin")) {
            shell(
                    held.path(),
                    "mkdir -m 1770 d; chown 7:8 d; echo hello > d/f; chmod 4751 d/f; ln d/f d/link; ln -s /no/where s;"
                            + " touch d/.wh.f; mkfifo -m 600 p; mknod c c 1 3; truncate -s 9M big; chown -h 3:4 s;"
                            + " setfattr -n user.x -v $'a\\nb' d/f; setfattr -n user.d -v 1 d;"
                            + " touch -d '2001-02-03 04:05:06.123456789' d/f d; touch -d '1960-01-01' big;"
                            + " mkdir $'\\xff'; : > $'\\xff/'\"$(printf 'n%.0s' $(seq 200))\"; chmod 2755 .; chown 5:6 .");
        }
        String before = listing(inventory.list().get(0));
        byte[] tar = exported("go");
        inventory.removeAll();
        CacheEntry made = imported(tar, "go");
        assertThat(listing(made)).isEqualTo(before).contains("981173106.1234567890");
        // The same step finds it again, though the archive was asked for by its id alone.
        try (CacheMounts.Held held = held("/go", "origin")) {
            assertThat(held.path().resolve("d/f")).hasContent("hello");
        }
    }

    private String listing(CacheEntry cache) throws Exception {
        return shell(
                directory.resolve(cache.name()),
                "find . -printf '%p %y %#m %U:%G %T@ %l %n %D\\n' | sed 's/ [0-9]*$//' | LC_ALL=C sort; find . -type f |"
                        + " LC_ALL=C sort | xargs -d '\\n' md5sum; getfattr -dR . | grep -v '^$'; stat -c %t:%T c");
    }

    private static String shell(Path in, String script) throws Exception {
        Process process = new ProcessBuilder("bash", "-ec", script)
                .directory(in.toFile())
                .redirectErrorStream(true)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        assertThat(process.waitFor()).as(out).isZero();
        return out;
    }

    @Test
    void othersReadTheArchive() throws Exception {
        fill("/go", "", "hello");
        Path tar = Files.write(directory.resolveSibling("x.tar"), exported("go"));
        assertThat(shell(directory.getParent(), "tar -tvf " + tar + " 2>&1; tar -xOf " + tar + " ./file file || true"))
                .contains("hello")
                .doesNotContain("Ignoring");
    }

    @Test
    void anyTarMakesACache() throws Exception {
        Files.createDirectories(directory);
        shell(directory.getParent(), "mkdir -p t/sub; echo x > t/sub/f; tar -C t -czf x.tgz sub");
        CacheEntry made = imported(Files.readAllBytes(directory.resolveSibling("x.tgz")), "/root/.cache");
        assertThat(made.id()).isEqualTo("/root/.cache");
        try (CacheMounts.Held held = held("//root/.cache", "")) {
            assertThat(held.path().resolve("sub/f")).hasContent("x\n");
            assertThat(Files.getPosixFilePermissions(held.path())).hasSize(7);
        }
    }

    @Test
    void stepsKeepWhatTheyUseWhileAnotherIsImported() throws Exception {
        fill("/go", "", "old");
        byte[] tar = exported("go");
        try (CacheMounts.Held busy = held("/go", "")) {
            Files.writeString(busy.path().resolve("file"), "newer");
            CacheEntry made = imported(tar, "go");
            assertThat(directory.resolve(made.name()).resolve("file")).hasContent("old");
            assertThat(busy.path().resolve("file")).hasContent("newer");
            try (CacheMounts.Held next = held("/go", "")) {
                assertThat(next.path().resolve("file")).hasContent("old");
            }
        }
        imported(tar, "go");
        assertThat(inventory.list()).hasSize(1);
        assertThat(files().stream().filter(file -> file.matches(".*\\.(new|old)[0-9]+")))
                .isEmpty();
    }

    @Test
    void namespacesCanBeChanged() throws Exception {
        fill("one/go", "", "x");
        byte[] tar = exported("go");
        assertThat(imported(tar, "go").namespace()).isEqualTo("one");
        CacheEntry other = inventory.importFrom(new ByteArrayInputStream(tar), "rust", Optional.of("two"), NEVER);
        assertThat(other.title()).isEqualTo("two/rust");
        Map<String, Long> titles =
                inventory.list().stream().collect(Collectors.groupingBy(CacheEntry::title, Collectors.counting()));
        assertThat(titles).containsOnlyKeys("one/go", "two/rust");
    }

    @Test
    void badArchivesLeaveAllAsItWas() throws Exception {
        fill("/go", "", "kept");
        byte[] tar = exported("go");
        byte[] torn = java.util.Arrays.copyOf(tar, tar.length - 1024 - 100);
        assertThatThrownBy(() -> imported(torn, "go")).isInstanceOf(UserError.class);
        assertThatThrownBy(() -> imported("no tar at all".repeat(99).getBytes(StandardCharsets.US_ASCII), "go"))
                .isInstanceOf(UserError.class);
        assertThatThrownBy(() -> imported(new byte[0], "go")).hasMessageContaining("there is nothing in it");
        byte[] up = hostile("../../escaped");
        assertThatThrownBy(() -> imported(up, "go"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("..");
        Cancellation cancelled = new Cancellation();
        cancelled.cancel();
        assertThatThrownBy(() -> inventory.importFrom(new ByteArrayInputStream(tar), "go", Optional.empty(), cancelled))
                .isInstanceOf(BuildCancelled.class);
        try (CacheMounts.Held held = held("/go", "")) {
            assertThat(held.path().resolve("file")).hasContent("kept");
        }
        assertThat(files().stream().filter(file -> file.contains(".new"))).isEmpty();
    }

    private static byte[] hostile(String name) throws Exception {
        String program = "import tarfile,sys,io; t=tarfile.open(fileobj=sys.stdout.buffer,mode='w|');"
                + " i=tarfile.TarInfo(sys.argv[1]); t.addfile(i); t.close()";
        Process process = new ProcessBuilder("python3", "-c", program, name).start();
        return process.getInputStream().readAllBytes();
    }

    /** A symlink in the archive leads nowhere when the archive itself is unpacked. */
    @Test
    void nothingIsWrittenThroughSymlinks() throws Exception {
        Files.createDirectories(directory);
        Path outside = Files.createDirectory(directory.resolveSibling("outside"));
        shell(
                directory.getParent(),
                "mkdir -p a b/l; ln -s " + outside
                        + " a/l; echo x > b/l/f; tar -C a -cf x.tar l; tar -C b -rf x.tar l/f");
        imported(Files.readAllBytes(directory.resolveSibling("x.tar")), "go");
        assertThat(outside).isEmptyDirectory();
    }

    @Test
    void whatACrashLeftIsSwept() throws Exception {
        fill("/go", "", "x");
        String name = inventory.list().get(0).name();
        Files.createDirectories(directory.resolve(name + ".new123/sub"));
        Files.createDirectories(directory.resolve("0".repeat(32) + "-0.new9"));
        assertThat(inventory.list()).hasSize(1);
        inventory.removeAll();
        assertThat(files()).isEmpty();
    }
}
