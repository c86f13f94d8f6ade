package dev.jbuild.context;

import dev.jbuild.context.StatIndexFile.Entry;
import dev.jbuild.sys.RawPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What earlier builds hashed of a directory: a file that is as it was needs no reading. Safe for use by many threads.
 *
 * <p>What was hashed is kept only if every later change of the file must show: its ctime, which no program can set, has to
 * lie so far before the hashing that no change after that can get the same one from a clock that ticks. Of files just
 * changed nothing is kept, so they are hashed again next time.
 *
 * <p>One kind of change escapes file systems, and so this, make and git: that by a process which writes, by {@code mmap},
 * to a part of the file that it has changed before and that the kernel hasn't written to the disk since.
 */
final class StatIndex {
    /** How far the time of a file may be behind the change: FAT counts by two seconds, ext3 by one, others by ticks. */
    static final Duration GRANULARITY = Duration.ofMillis(2500);

    /** Those known to keep times by the clock of this machine, and to change them whenever the content changes. */
    private static final Set<String> FILE_SYSTEMS =
            Set.of("ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "bcachefs", "jfs", "reiserfs", "zfs", "overlay");
    /** Beyond so many, those are forgotten that a build made no use of. */
    private static final int MOST_ENTRIES = 200_000;

    private static final int LARGEST_FILE = 1 << 29;
    /** How exactly it is known when an index was used last. */
    private static final Duration USE = Duration.ofHours(12);

    private final Path file;
    private final boolean read;
    private final InstantSource clock;
    private final Map<RawPath, Entry> hashed = new ConcurrentHashMap<>();
    private final Set<RawPath> found = ConcurrentHashMap.newKeySet();
    private @Nullable StatIndexFile before;

    /**
     * @param file where it is kept, which need not exist
     * @param read whether to use what is there; else it is only renewed
     */
    StatIndex(Path file, boolean read, InstantSource clock) {
        this.file = file;
        this.read = read;
        this.clock = clock;
    }

    /** Whether what a file system says of its files can be relied on. */
    static boolean canRelyOn(String fileSystem) {
        return FILE_SYSTEMS.contains(fileSystem);
    }

    /** What is known of a file, if it is as it was. */
    Optional<Entry> find(RawPath path, FileStat stat) {
        Optional<Entry> entry = before().find(path).filter(known -> known.stat().equals(stat));
        if (entry.isPresent()) {
            found.add(path);
        }
        return entry;
    }

    Instant now() {
        return clock.instant();
    }

    /**
     * Keeps what was read of a file, which was the same before and after.
     *
     * @param begun when the reading hadn't begun
     */
    void put(RawPath path, Entry entry, Instant begun) {
        long limit = nanos(begun.minus(GRANULARITY));
        if (entry.stat().ctimeNanos() < limit && entry.stat().mtimeNanos() < limit) {
            hashed.put(path, entry);
        }
    }

    private static long nanos(Instant instant) {
        return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
    }

    private synchronized StatIndexFile before() {
        StatIndexFile known = before;
        if (known == null) {
            known = load();
            before = known;
        }
        return known;
    }

    /** What is missing or damaged counts as empty. */
    private StatIndexFile load() {
        try {
            if (!read || Files.size(file) > LARGEST_FILE) {
                return StatIndexFile.EMPTY;
            }
            return StatIndexFile.parse(Files.readAllBytes(file)).orElse(StatIndexFile.EMPTY);
        } catch (IOException e) {
            return StatIndexFile.EMPTY;
        }
    }

    /**
     * Writes what is new. Another process that does so at the same time may win, and its files alone are known then.
     *
     * @return whether there was anything to write
     */
    boolean save() throws IOException {
        if (hashed.isEmpty()) {
            if (!found.isEmpty()) {
                markUsed();
            }
            return false;
        }
        Path directory = file.resolveSibling(".");
        Files.createDirectories(directory);
        Path temporary = Files.createTempFile(directory, "new", StatIndexes.TEMPORARY);
        try {
            Files.write(temporary, bytes());
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
        return true;
    }

    private byte[] bytes() {
        StatIndexFile old = before();
        boolean all = old.count() + hashed.size() <= MOST_ENTRIES;
        StatIndexFile.Writer writer = new StatIndexFile.Writer();
        old.forEach((path, entry) -> {
            if (!hashed.containsKey(path) && (all || found.contains(path))) {
                writer.add(path, entry);
            }
        });
        hashed.forEach(writer::add);
        return writer.finish();
    }

    private void markUsed() throws IOException {
        Instant now = clock.instant();
        if (Files.getLastModifiedTime(file).toInstant().isBefore(now.minus(USE))) {
            Files.setLastModifiedTime(file, FileTime.from(now));
        }
    }
}
