package dev.jbuild.store;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Directories that outlive builds and change with them: cache mounts, and git repositories that sources were fetched into.
 * Beside each lies a file {@code NAME.lock} that whoever uses it holds by {@link SharedFileLock}, and stays when the
 * directory goes; and a file {@code NAME.about} that says in its first line what it is, and by its time when it was last
 * used.
 */
public final class KeptDirectories {
    private static final String LOCK = ".lock";
    private static final String ABOUT = ".about";
    /** What is being made, or deleted, under the lock of what it is to become, or was. */
    private static final Pattern UNFINISHED = Pattern.compile("(.+)\\.(new|old)[0-9]+");

    private KeptDirectories() {}

    /** What a user of a directory locks. */
    public static Path lockFile(Path directory) {
        return beside(directory, LOCK);
    }

    private static Path beside(Path directory, String suffix) {
        return directory.resolveSibling(directory.getFileName() + suffix);
    }

    /** What is written about a directory, if anything is. */
    public static Optional<String> about(Path directory) throws IOException {
        try {
            return Optional.of(Files.readString(beside(directory, ABOUT), StandardCharsets.UTF_8));
        } catch (NoSuchFileException | CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** When a directory was last used, as far as that is known. */
    public static Instant lastUsed(Path directory) throws IOException {
        try {
            return Files.getLastModifiedTime(beside(directory, ABOUT)).toInstant();
        } catch (NoSuchFileException e) {
            return Files.getLastModifiedTime(directory).toInstant();
        }
    }

    /** Remembers that a directory is in use now, and what it is; the caller holds its lock. */
    public static void noteUse(Path directory, String about) {
        Path file = beside(directory, ABOUT);
        try {
            if (about(directory).equals(Optional.of(about))) {
                Files.setLastModifiedTime(file, FileTime.fromMillis(System.currentTimeMillis()));
            } else {
                Files.writeString(file, about);
            }
        } catch (IOException e) {
            // Then it looks older than it is.
        }
    }

    /** Deletes what lies beside a directory that was deleted. The caller holds its lock. */
    public static void forget(Path directory) throws IOException {
        Files.deleteIfExists(beside(directory, ABOUT));
        Files.deleteIfExists(lockFile(directory));
    }

    /**
     * One of them, or a file that is kept in the same manner.
     *
     * @param locked whether there is a lock; a file without one is replaced as a whole and may go at any time
     */
    record Kept(Path path, String about, Instant created, Instant used, boolean locked) {
        String name() {
            return String.valueOf(path.getFileName());
        }

        private Path lockedBy() {
            Matcher unfinished = UNFINISHED.matcher(name());
            return lockFile(unfinished.matches() ? path.resolveSibling(unfinished.group(1)) : path);
        }

        boolean isInUse() throws IOException {
            if (!locked) {
                return false;
            }
            Optional<SharedFileLock.Hold> alone = SharedFileLock.tryLock(lockedBy(), false);
            alone.ifPresent(SharedFileLock.Hold::close);
            return alone.isEmpty();
        }

        /** Takes it away unless it is in use. Returns whether it was taken. */
        boolean moveTo(Path trash) throws IOException {
            Optional<SharedFileLock.Hold> alone =
                    locked ? SharedFileLock.tryLock(lockedBy(), false) : Optional.of(() -> {});
            if (alone.isEmpty()) {
                return false;
            }
            try {
                Files.move(path, trash, StandardCopyOption.ATOMIC_MOVE);
                Files.deleteIfExists(beside(path, ABOUT));
                return true;
            } catch (NoSuchFileException e) {
                return false;
            } finally {
                alone.get().close();
            }
        }
    }

    static List<Kept> list(Path home) throws IOException {
        List<Kept> all = new ArrayList<>();
        for (Path entry : entries(home)) {
            if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                all.add(kept(entry));
            }
        }
        return all;
    }

    /** Files that hold each what {@code about} says. */
    static List<Kept> files(Path home, String about) throws IOException {
        List<Kept> all = new ArrayList<>();
        for (Path entry : entries(home)) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(entry, BasicFileAttributes.class);
                Instant used = attributes.lastModifiedTime().toInstant();
                all.add(new Kept(entry, about, attributes.creationTime().toInstant(), used, false));
            } catch (NoSuchFileException e) {
                // Replaced just now.
            }
        }
        return all;
    }

    private static List<Path> entries(Path home) throws IOException {
        List<Path> all = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(home)) {
            entries.forEach(all::add);
        } catch (NoSuchFileException e) {
            return List.of();
        }
        return all;
    }

    private static Kept kept(Path directory) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(directory, BasicFileAttributes.class);
        Instant created = attributes.creationTime().toInstant();
        if (UNFINISHED.matcher(String.valueOf(directory.getFileName())).matches()) {
            return new Kept(directory, "left unfinished", created, created, true);
        }
        try {
            String about =
                    about(directory).flatMap(text -> text.lines().findFirst()).orElse("");
            return new Kept(directory, about, created, lastUsed(directory), true);
        } catch (IOException e) {
            return new Kept(
                    directory, "", created, attributes.lastModifiedTime().toInstant(), true);
        }
    }
}
