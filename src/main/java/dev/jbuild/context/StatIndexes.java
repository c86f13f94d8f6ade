package dev.jbuild.context;

import dev.jbuild.oci.Digest;
import dev.jbuild.sys.HostPaths;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What earlier builds hashed of the directories of this machine, one file each in a directory of the store. Any number of
 * processes may use it. It only saves time: one that can't be read or written does no harm. Closing it writes what is new.
 * Safe for use by many threads.
 */
public final class StatIndexes implements AutoCloseable {
    static final String TEMPORARY = ".new";

    private static final Duration UNUSED = Duration.ofDays(30);
    private static final Duration ABANDONED = Duration.ofHours(1);
    private static final int MOST_FILES = 100;
    private static final long MOST_BYTES = 256L << 20;

    private final Path directory;
    private final boolean read;
    private final InstantSource clock;
    private final Map<Path, StatIndex> open = new ConcurrentHashMap<>();

    private StatIndexes(Path directory, boolean read, InstantSource clock) {
        this.directory = directory;
        this.read = read;
        this.clock = clock;
    }

    /** Those in a directory, which need not exist. */
    public static StatIndexes in(Path directory, InstantSource clock) {
        return new StatIndexes(directory, true, clock);
    }

    /** As {@link #in}, but nothing that is known is believed: all is hashed, and kept for other builds. */
    public static StatIndexes renewing(Path directory, InstantSource clock) {
        return new StatIndexes(directory, false, clock);
    }

    /** That of a directory, by its real path. */
    StatIndex of(Path root) {
        return open.computeIfAbsent(root, each -> new StatIndex(directory.resolve(name(each)), read, clock));
    }

    private static String name(Path root) {
        return Digest.sha256(HostPaths.bytes(root)).hex().substring(0, 32);
    }

    @Override
    public void close() {
        try {
            boolean written = false;
            for (StatIndex index : open.values()) {
                written |= index.save();
            }
            if (written) {
                sweep();
            }
        } catch (IOException e) {
            // As in a store that can't be written to: the next build hashes once more.
        }
    }

    private record Kept(Path file, Instant used, long bytes) {}

    /** Deletes those that weren't used for long, and what killed processes left. */
    private void sweep() throws IOException {
        List<Kept> files = files();
        files.sort(Comparator.comparing(Kept::used).reversed());
        Instant now = clock.instant();
        long bytes = 0;
        int count = 0;
        for (Kept file : files) {
            boolean tooMuch = false;
            boolean temporary = file.file().toString().endsWith(TEMPORARY);
            if (!temporary) {
                count++;
                bytes += file.bytes();
                tooMuch = count > MOST_FILES || (count > 1 && bytes > MOST_BYTES);
            }
            if (tooMuch || file.used().isBefore(now.minus(temporary ? ABANDONED : UNUSED))) {
                Files.deleteIfExists(file.file());
            }
        }
    }

    private List<Kept> files() throws IOException {
        List<Kept> files = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            for (Path file : stream) {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                files.add(new Kept(file, attributes.lastModifiedTime().toInstant(), attributes.size()));
            }
        } catch (NoSuchFileException e) {
            // Another process sweeps too.
        } catch (DirectoryIteratorException e) {
            throw new IOException("can't list " + directory, e);
        }
        return files;
    }
}
