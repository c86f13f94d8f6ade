package dev.jbuild.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.store.CacheRecords.About;
import dev.jbuild.store.CacheRecords.CacheRecord;
import dev.jbuild.store.CollectionRequest.Limits;
import dev.jbuild.store.CollectionRequest.Rule;
import dev.jbuild.store.Store.Collected;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes, in which order, and what is said of it. */
class CollectionTest {
    private static final int LARGE = 1 << 20;
    private static final Predicate<CacheItem> ANY = item -> true;

    @TempDir
    Path directory;

    private Store store;

    @BeforeEach
    void open() throws JbuildException {
        store = Store.open(directory.resolve("store"));
    }

    @AfterEach
    void close() {
        store.close();
    }

    /** A result of one blob. */
    private Digest result(String name, int bytes, CacheType type, Duration cost) throws Exception {
        byte[] content = new byte[bytes];
        System.arraycopy(name.getBytes(StandardCharsets.US_ASCII), 0, content, 0, name.length());
        Digest blob = store.blobs().put(content);
        Digest key = key(name);
        store.records().put(new CacheRecord(key, "{}", List.of(), List.of(blob), new About(type, name, cost)));
        return blob;
    }

    private static Digest key(String name) {
        return Digest.sha256(name.getBytes(StandardCharsets.US_ASCII));
    }

    /** Lets blobs look old enough to go; records are when some milliseconds have passed. */
    private void age() throws Exception {
        try (Stream<Path> blobs = Files.list(store.root().resolve("blobs/sha256"))) {
            for (Path file : blobs.toList()) {
                Files.setLastModifiedTime(file, FileTime.fromMillis(1000));
            }
        }
        Thread.sleep(5);
    }

    private static CollectionRequest request(Rule... rules) {
        return new CollectionRequest("test", name -> false, List.of(rules));
    }

    private static Limits maxUsed(long bytes) {
        return new Limits(OptionalLong.of(bytes), OptionalLong.empty(), OptionalLong.empty());
    }

    private List<String> descriptions(CollectionRequest request) throws JbuildException {
        return store.victims(request).stream().map(Victim::description).toList();
    }

    @Test
    void whatIsWorthLeastGoesFirst() throws Exception {
        result("dear", LARGE, CacheType.REGULAR, Duration.ofMinutes(10));
        result("cheap", LARGE, CacheType.REGULAR, Duration.ofSeconds(1));
        result("small and cheap", LARGE / 64, CacheType.REGULAR, Duration.ofSeconds(1));
        age();
        assertThat(descriptions(request(new Rule(ANY, Duration.ZERO, maxUsed(LARGE * 3 / 2)))))
                .containsExactly("cheap");
        assertThat(descriptions(request(new Rule(ANY, Duration.ZERO, maxUsed(LARGE / 2)))))
                .containsExactly("cheap", "small and cheap", "dear");
        assertThat(descriptions(request(new Rule(ANY, Duration.ZERO, maxUsed(3L * LARGE)))))
                .isEmpty();
    }

    @Test
    void whatIsUsedOftenIsWorthMore() throws Exception {
        result("often", LARGE, CacheType.REGULAR, Duration.ofSeconds(2));
        result("never", LARGE, CacheType.REGULAR, Duration.ofSeconds(3));
        try (Lease lease = store.lease()) {
            assertThat(lease).isNotNull();
            for (int i = 0; i < 3; i++) {
                store.records().find(key("often"));
            }
        }
        age();
        List<Victim> victims = store.victims(request(new Rule(ANY, Duration.ZERO, maxUsed(LARGE * 3 / 2))));
        assertThat(victims).extracting(Victim::description).containsExactly("never");
        assertThat(victims.get(0).reason()).contains("the cache takes more than it may", "3.0 s to make");
        assertThat(victims.get(0).bytes()).isEqualTo(LARGE);
    }

    @Test
    void theWorthOfAnItem() {
        Instant now = Instant.parse("2026-01-31T00:00:00Z");
        CacheItem item =
                new CacheItem("id", CacheType.REGULAR, "", now, now, 0, Duration.ofSeconds(10), 1000, false, false);
        CacheItem weekOld = new CacheItem(
                "id",
                CacheType.REGULAR,
                "",
                now,
                now.minus(Duration.ofDays(7)),
                1,
                Duration.ofSeconds(10),
                1000,
                false,
                false);
        assertThat(item.worth(now)).isEqualTo(0.01);
        assertThat(weekOld.worth(now)).isEqualTo(0.01);
    }

    @Test
    void rulesChooseByTypeAndTime() throws Exception {
        result("step", LARGE, CacheType.REGULAR, Duration.ZERO);
        result("download", LARGE, CacheType.SOURCE_HTTP, Duration.ZERO);
        age();
        Predicate<CacheItem> downloads = item -> item.type() == CacheType.SOURCE_HTTP;
        assertThat(descriptions(request(new Rule(downloads, Duration.ZERO, Limits.NONE))))
                .containsExactly("download");
        assertThat(descriptions(request(new Rule(ANY, Duration.ofHours(1), Limits.NONE))))
                .isEmpty();
    }

    @Test
    void reservedSpaceIsLeft() throws Exception {
        result("one", LARGE, CacheType.REGULAR, Duration.ofSeconds(1));
        result("two", LARGE, CacheType.REGULAR, Duration.ofSeconds(2));
        age();
        Limits never = new Limits(OptionalLong.empty(), OptionalLong.of(LARGE), OptionalLong.of(Long.MAX_VALUE / 4));
        List<Victim> victims = store.victims(request(new Rule(ANY, Duration.ZERO, never)));
        assertThat(victims).extracting(Victim::description).containsExactly("one");
        assertThat(victims.get(0).reason()).contains("too little free space");
        Limits only = new Limits(OptionalLong.empty(), OptionalLong.of(LARGE), OptionalLong.empty());
        assertThat(descriptions(request(new Rule(ANY, Duration.ZERO, only)))).containsExactly("one");
    }

    @Test
    void bytesOfTwoRecordsBecomeFreeWithTheLast() throws Exception {
        Digest blob = result("one", LARGE, CacheType.REGULAR, Duration.ZERO);
        store.records()
                .put(new CacheRecord(
                        key("two"),
                        "{}",
                        List.of(),
                        List.of(blob),
                        new About(CacheType.REGULAR, "two", Duration.ZERO)));
        age();
        List<Victim> victims = store.victims(CollectionRequest.everything("test"));
        assertThat(victims.stream().mapToLong(Victim::bytes).sum()).isEqualTo(LARGE);
        Predicate<CacheItem> one = item -> item.description().equals("one");
        assertThat(store.victims(request(new Rule(one, Duration.ZERO, Limits.NONE)))
                        .get(0)
                        .bytes())
                .isZero();
    }

    @Test
    void aPlanChangesNothingAndSaysWhatACollectionFrees() throws Exception {
        result("step", LARGE, CacheType.REGULAR, Duration.ofSeconds(1));
        Path mount = mount("maven");
        store.blobs().put(new byte[LARGE / 2]);
        age();
        List<Victim> plan = store.victims(CollectionRequest.everything("test"));
        assertThat(plan).extracting(Victim::kind).containsExactlyInAnyOrder("blob", "regular", "exec.cachemount");
        assertThat(mount).exists();
        assertThat(store.records().find(key("step"))).isPresent();
        age();
        Collected collected = store.collect(CollectionRequest.everything("jbuild prune --all"));
        assertThat(collected.victims()).isEqualTo(plan);
        assertThat(collected.bytes())
                .isEqualTo(plan.stream().mapToLong(Victim::bytes).sum())
                .isGreaterThanOrEqualTo(LARGE * 3 / 2);
        assertThat(mount).doesNotExist();
        assertThat(store.victims(CollectionRequest.everything("test"))).isEmpty();
    }

    private Path mount(String name) throws IOException {
        Path mount = Files.createDirectory(store.root().resolve("cachemounts").resolve(name));
        Files.write(mount.resolve("file"), new byte[5000]);
        KeptDirectories.noteUse(mount, "the mount " + name);
        return mount;
    }

    @Test
    void directoriesInUseStay() throws Exception {
        Path used = mount("used");
        Path idle = mount("idle");
        try (SharedFileLock.Hold hold =
                SharedFileLock.tryLock(KeptDirectories.lockFile(used), true).orElseThrow()) {
            assertThat(hold).isNotNull();
            assertThat(store.collect(CollectionRequest.everything("test")).directories())
                    .isEqualTo(1);
        }
        assertThat(idle).doesNotExist();
        assertThat(used.resolve("file")).exists();
    }

    @Test
    void theJournalSaysWhatWentWhenAndWhy() throws Exception {
        result("step", LARGE, CacheType.REGULAR, Duration.ofSeconds(1));
        age();
        Instant before = Instant.ofEpochMilli(System.currentTimeMillis());
        store.collect(CollectionRequest.everything("jbuild prune --all"));
        CollectionJournal.Entry entry =
                store.journal().find(key("step").toString()).orElseThrow();
        assertThat(entry.cause()).isEqualTo("jbuild prune --all");
        assertThat(entry.at()).isBetween(before, Instant.now());
        assertThat(entry.victim())
                .isEqualTo(new Victim("regular", key("step").toString(), "step", "it was asked for", LARGE));
        assertThat(store.journal().newest(10)).containsExactly(entry);
        assertThat(store.journal().find(key("none").toString())).isEmpty();
    }

    @Test
    void theJournalIsBounded() throws Exception {
        try (Database database = new Database(new StoreLayout(store.root()))) {
            JournalTable journal = new JournalTable(database);
            for (int round = 0; round < 3; round++) {
                List<Victim> many = Stream.iterate(0, i -> i + 1)
                        .limit(4_500)
                        .map(i -> new Victim("blob", "id" + i, "", "", 1))
                        .toList();
                journal.add("round " + round, many);
            }
            assertThat(journal.newest(20_000)).hasSize(10_000);
            assertThat(journal.newest(1).get(0).cause()).isEqualTo("round 2");
        }
    }

    @Test
    void sparseFilesAndHardLinksCountForWhatTheyTake() throws Exception {
        Path tree = Files.createDirectory(directory.resolve("tree"));
        Path file = Files.write(tree.resolve("file"), new byte[LARGE]);
        Files.createLink(tree.resolve("link"), file);
        try (var sparse =
                Files.newByteChannel(tree.resolve("sparse"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            sparse.position(100L * LARGE);
            sparse.write(ByteBuffer.wrap(new byte[] {1}));
        }
        DiskUsage usage = new DiskUsage();
        DiskUsage.Sizes sizes = usage.add(tree);
        Process du = new ProcessBuilder("du", "-s", "--block-size=1", tree.toString()).start();
        String said = new String(du.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(sizes.disk()).isEqualTo(Long.parseLong(said.substring(0, said.indexOf('\t'))));
        assertThat(sizes.apparent()).isEqualTo(102L * LARGE + 1);
        assertThat(usage.heldElsewhere()).isZero();
        Files.createLink(directory.resolve("outside"), file);
        DiskUsage again = new DiskUsage();
        again.add(tree);
        assertThat(again.heldElsewhere()).isEqualTo(LARGE);
    }

    @Test
    void namesGoIfTheyAreAskedFor() throws Exception {
        byte[] content = new byte[] {1, 2, 3};
        Digest blob = store.blobs().put(content);
        String id = "sha256:" + "0".repeat(64);
        store.names().set(id, new Descriptor("type", blob, 3));
        age();
        assertThat(store.collect(CollectionRequest.unreachable("test")).blobs()).isZero();
        CollectionRequest unnamed = new CollectionRequest("test", ImageNames::isId, List.of());
        assertThat(store.victims(unnamed)).extracting(Victim::kind).containsExactly("image", "blob");
        assertThat(store.collect(unnamed).blobs()).isEqualTo(1);
        assertThat(store.names().list()).isEmpty();
    }
}
