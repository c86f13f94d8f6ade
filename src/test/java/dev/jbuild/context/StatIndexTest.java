package dev.jbuild.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.jbuild.buildfile.IgnorePatterns;
import dev.jbuild.layer.LayerEntry;
import dev.jbuild.oci.Digest;
import dev.jbuild.sys.RawPath;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatIndexTest {
    /** As if all that was written so far were long past. */
    private static final InstantSource LATER = () -> Instant.now().plus(Duration.ofMinutes(1));

    private static final RawPath FILE = RawPath.of("a");

    @TempDir
    private Path directory;

    private Path context;
    private Path kept;
    private Path file;

    @BeforeEach
    void make() throws Exception {
        context = Files.createDirectory(directory.resolve("context"));
        kept = directory.resolve("kept");
        file = context.resolve("a");
        Files.writeString(file, "old");
        assumeThat(StatIndex.canRelyOn(Files.getFileStore(context).type())).isTrue();
    }

    private List<Digest> digests(StatIndexes indexes, RawPath... files) throws Exception {
        try (indexes) {
            DirectoryContext tree =
                    DirectoryContext.open(context, new IgnoreFile("rules", IgnorePatterns.of(List.of())), indexes);
            for (RawPath each : files) {
                tree.peek(each);
            }
            return tree.digests(List.of(files));
        }
    }

    private Digest digest(InstantSource clock) throws Exception {
        return digests(StatIndexes.in(kept, clock), FILE).get(0);
    }

    private static Digest of(String content) {
        return Digest.sha256(content.getBytes(StandardCharsets.UTF_8));
    }

    private List<Path> keptFiles() throws IOException {
        if (!Files.exists(kept)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(kept)) {
            return files.sorted().toList();
        }
    }

    /** What is kept of the file is made to say something else, so that it shows whether it is used. */
    private Digest lie() throws Exception {
        Digest lie = of("lie");
        Path index = keptFiles().get(0);
        StatIndexFile.Writer writer = new StatIndexFile.Writer();
        StatIndexFile.parse(Files.readAllBytes(index))
                .orElseThrow()
                .forEach((path, entry) -> writer.add(path, new StatIndexFile.Entry(entry.stat(), entry.plain(), lie)));
        Files.write(index, writer.finish());
        return lie;
    }

    @Test
    void aFileThatIsAsItWasIsNotReadAgain() throws Exception {
        assertThat(digest(LATER)).isEqualTo(of("old"));
        Digest lie = lie();
        assertThat(digest(LATER)).isEqualTo(lie);
        assertThat(digest(InstantSource.system())).isEqualTo(lie);
    }

    @Test
    void aChangeThatKeepsSizeAndMtimeIsSeen() throws Exception {
        FileTime mtime = FileTime.from(Instant.parse("2020-01-01T00:00:00.123456789Z"));
        Files.setLastModifiedTime(file, mtime);
        assertThat(digest(LATER)).isEqualTo(of("old"));
        Object inode = Files.getAttribute(file, "unix:ino");
        // So long that even the kernel's coarse clock has ticked, as it has whenever the index kept something.
        Thread.sleep(50);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(StandardCharsets.UTF_8.encode("new"));
        }
        Files.setLastModifiedTime(file, mtime);
        assertThat(Files.getAttribute(file, "unix:ino")).isEqualTo(inode);
        assertThat(Files.size(file)).isEqualTo(3);
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(mtime);
        assertThat(digest(LATER)).isEqualTo(of("new"));
    }

    @Test
    void anotherFileInItsPlaceIsSeen() throws Exception {
        FileTime mtime = Files.getLastModifiedTime(file);
        digest(LATER);
        Path other = Files.writeString(context.resolve("b"), "new");
        Files.setLastModifiedTime(other, mtime);
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
        assertThat(digest(LATER)).isEqualTo(of("new"));
    }

    @Test
    void ofAFileChangedJustNowNothingIsKept() throws Exception {
        for (int i = 0; i < 50; i++) {
            FileTime mtime = Files.getLastModifiedTime(file);
            String content = "%03d".formatted(i);
            Files.writeString(file, content);
            Files.setLastModifiedTime(file, mtime);
            assertThat(digest(InstantSource.system())).isEqualTo(of(content));
        }
        assertThat(keptFiles()).isEmpty();
    }

    @Test
    void whatChangesWhileItIsReadIsNotKept() throws Exception {
        boolean[] asked = {false};
        InstantSource meanwhile = () -> {
            if (!asked[0]) {
                asked[0] = true;
                try {
                    Thread.sleep(50);
                    Files.writeString(file, "mid");
                } catch (IOException | InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
            return LATER.instant();
        };
        digest(meanwhile);
        assertThat(asked[0]).isTrue();
        assertThat(keptFiles()).isEmpty();
    }

    @Test
    void eachThingThatAFileSystemSaysCounts() {
        FileStat stat = new FileStat(0100644, 3, 1_000_000_007L, 2_000_000_009L, 5, 6);
        StatIndexFile.Writer writer = new StatIndexFile.Writer();
        RawPath path = RawPath.of(new byte[] {'d', '/', (byte) 0xff});
        writer.add(path, new StatIndexFile.Entry(stat, true, of("x")));
        StatIndexFile read = StatIndexFile.parse(writer.finish()).orElseThrow();
        assertThat(read.find(path)).contains(new StatIndexFile.Entry(stat, true, of("x")));
        assertThat(read.find(RawPath.of("d"))).isEmpty();
        assertThat(read.find(RawPath.ROOT)).isEmpty();
    }

    @Test
    void verifyingReadsAllAndMendsWhatIsKept() throws Exception {
        digest(LATER);
        Digest lie = lie();
        assertThat(digest(LATER)).isEqualTo(lie);
        assertThat(digests(StatIndexes.renewing(kept, LATER), FILE)).containsExactly(of("old"));
        assertThat(digest(LATER)).isEqualTo(of("old"));
    }

    @Test
    void nothingIsWrittenWhenNothingIsNew() throws Exception {
        digest(LATER);
        Path index = keptFiles().get(0);
        Object inode = Files.getAttribute(index, "unix:ino");
        digest(LATER);
        assertThat(keptFiles()).containsExactly(index);
        assertThat(Files.getAttribute(index, "unix:ino")).isEqualTo(inode);
    }

    @Test
    void whatOtherBuildsReadIsKept() throws Exception {
        Files.writeString(context.resolve("b"), "b");
        digest(LATER);
        digests(StatIndexes.in(kept, LATER), RawPath.of("b"));
        Digest lie = lie();
        assertThat(digests(StatIndexes.in(kept, LATER), FILE, RawPath.of("b"))).containsExactly(lie, lie);
    }

    @Test
    void anyDamageMeansReadingAgain() throws Exception {
        digest(LATER);
        lie();
        Path index = keptFiles().get(0);
        byte[] whole = Files.readAllBytes(index);
        for (int length = 0; length < whole.length; length++) {
            assertThat(StatIndexFile.parse(Arrays.copyOf(whole, length)))
                    .as("cut to %d", length)
                    .isEmpty();
        }
        for (int i = 0; i < whole.length * 8; i++) {
            byte[] damaged = whole.clone();
            damaged[i / 8] ^= (byte) (1 << i % 8);
            assertThat(StatIndexFile.parse(damaged)).as("bit %d", i).isEmpty();
        }
        whole[whole.length / 2] ^= 1;
        Files.write(index, whole);
        assertThat(digest(LATER)).isEqualTo(of("old"));
        assertThat(StatIndexFile.parse(Files.readAllBytes(index))).isPresent();
    }

    @Test
    void aPlaceThatCannotBeUsedIsNoError() throws Exception {
        Files.writeString(kept, "a file where the directory should be");
        assertThat(digest(LATER)).isEqualTo(of("old"));
        assertThat(digests(StatIndexes.in(Path.of("/proc/jbuild"), LATER), FILE))
                .containsExactly(of("old"));
    }

    @Test
    void thoseNotUsedForLongAreSwept() throws Exception {
        Files.createDirectories(kept);
        Path old = Files.writeString(kept.resolve("old"), "");
        Path recent = Files.writeString(kept.resolve("recent"), "");
        Path left = Files.writeString(kept.resolve("left" + StatIndexes.TEMPORARY), "");
        Path inWork = Files.writeString(kept.resolve("work" + StatIndexes.TEMPORARY), "");
        Instant now = Instant.now();
        Files.setLastModifiedTime(old, FileTime.from(now.minus(Duration.ofDays(31))));
        Files.setLastModifiedTime(recent, FileTime.from(now.minus(Duration.ofDays(29))));
        Files.setLastModifiedTime(left, FileTime.from(now.minus(Duration.ofHours(2))));
        digest(LATER);
        assertThat(keptFiles()).hasSize(3).contains(recent, inWork);
        for (int i = 0; i < 150; i++) {
            Files.writeString(kept.resolve("more" + i), "");
        }
        Files.writeString(file, "new");
        digest(LATER);
        assertThat(keptFiles()).hasSize(101);
    }

    @Test
    void manyAtOnceDoNoHarm() throws Exception {
        List<RawPath> files = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            Files.writeString(context.resolve("f" + i), "content " + i);
            files.add(RawPath.of("f" + i));
        }
        ExecutorService pool = Executors.newFixedThreadPool(8);
        try {
            List<Future<List<Digest>>> results = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                results.add(pool.submit(() -> digests(StatIndexes.in(kept, LATER), files.toArray(RawPath[]::new))));
            }
            for (Future<List<Digest>> result : results) {
                assertThat(result.get().get(17)).isEqualTo(of("content 17"));
                assertThat(result.get()).hasSize(200);
            }
        } finally {
            pool.shutdown();
        }
        assertThat(keptFiles()).hasSize(1);
    }

    @Test
    void findTooTellsWhatIsKept() throws Exception {
        digest(LATER);
        Digest lie = lie();
        try (StatIndexes indexes = StatIndexes.in(kept, LATER)) {
            DirectoryContext tree = DirectoryContext.open(context, IgnoreFile.none(), indexes);
            assertThat(tree.find(FILE).flatMap(LayerEntry::content)).contains(lie);
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(digest(LATER)).isEqualTo(of("old"));
    }

    private Map<String, String> attributes() throws Exception {
        try (StatIndexes indexes = StatIndexes.in(kept, LATER)) {
            DirectoryContext tree = DirectoryContext.open(context, IgnoreFile.none(), indexes);
            return tree.find(FILE).orElseThrow().xattrs();
        }
    }

    @Test
    void attributesAreReadAgainWhenTheyMayHaveChanged() throws Exception {
        UserDefinedFileAttributeView view = Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
        assertThat(attributes()).isEmpty();
        assertThat(attributes()).isEmpty();
        Thread.sleep(50);
        view.write("x", StandardCharsets.UTF_8.encode("1"));
        assertThat(attributes()).containsExactly(Map.entry("user.x", "1"));
        assertThat(attributes()).containsExactly(Map.entry("user.x", "1"));
        Thread.sleep(50);
        view.write("x", StandardCharsets.UTF_8.encode("2"));
        assertThat(attributes()).containsExactly(Map.entry("user.x", "2"));
        Thread.sleep(50);
        view.delete("x");
        assertThat(attributes()).isEmpty();
    }
}
