package dev.jbuild.image;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The file in which an output is written until it is whole, hidden beside it. Its name tells the process, so that several can
 * write the same output at once, and what killed ones left goes with the next.
 */
final class PartFile implements Closeable {
    private static final AtomicInteger MADE = new AtomicInteger();
    private static final String SUFFIX = ".part";

    private final Path target;
    private final Path path;

    private PartFile(Path target, Path path) {
        this.target = target;
        this.path = path;
    }

    /** For an output that need not be there; deletes what killed processes left of it. */
    static PartFile of(Path target) throws IOException {
        Path file = Files.exists(target) ? target.toRealPath() : target.toAbsolutePath();
        String prefix = "." + file.getFileName() + ".";
        sweep(file.resolveSibling("."), prefix);
        String name = prefix + ProcessHandle.current().pid() + "-" + MADE.incrementAndGet() + SUFFIX;
        return new PartFile(file, file.resolveSibling(name));
    }

    private static void sweep(Path directory, String prefix) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(
                directory, file -> isLeft(file.getFileName().toString(), prefix))) {
            for (Path left : files) {
                Files.deleteIfExists(left);
            }
        } catch (AccessDeniedException ignored) {
            // who may write there, but not look, leaves them
        }
    }

    private static boolean isLeft(String name, String prefix) {
        return name.startsWith(prefix)
                && name.endsWith(SUFFIX)
                && writer(name.substring(prefix.length(), Math.max(prefix.length(), name.length() - SUFFIX.length())))
                        .filter(pid -> ProcessHandle.of(pid).isEmpty())
                        .isPresent();
    }

    /** The process that the rest of a name tells. */
    private static Optional<Long> writer(String rest) {
        return rest.matches("\\d{1,18}-\\d+")
                ? Optional.of(Long.parseLong(rest.substring(0, rest.indexOf('-'))))
                : Optional.empty();
    }

    /** Where it is written. */
    Path path() {
        return path;
    }

    /** Makes it the output. */
    void complete() throws IOException {
        Files.move(path, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Deletes it, unless it is the output. */
    @Override
    public void close() throws IOException {
        Files.deleteIfExists(path);
    }
}
