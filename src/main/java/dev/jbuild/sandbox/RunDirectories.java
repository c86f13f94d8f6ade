package dev.jbuild.sandbox;

import dev.jbuild.fs.Deletions;
import dev.jbuild.fs.Trees;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The directories of runs, one each. One that a run left as it was is taken again, for file systems are slow where much is made
 * and deleted. Safe for use by many threads. Closing deletes them.
 */
final class RunDirectories implements AutoCloseable {
    /** Directories of processes that died without deleting them go after this time. */
    private static final Duration ABANDONED = Duration.ofDays(1);

    private final Path scratch;
    private final Deletions deletions = new Deletions("sandbox-deletions");
    private final Deque<RunDirectory> idle = new ArrayDeque<>();
    private boolean begun;

    /** @param scratch where they are; made when missing */
    RunDirectories(Path scratch) {
        this.scratch = scratch;
    }

    RunDirectory take() throws IOException {
        synchronized (this) {
            if (!begun) {
                begun = true;
                sweep(scratch, InstantSource.system().instant());
            }
            RunDirectory known = idle.poll();
            if (known != null) {
                return known;
            }
        }
        Files.createDirectories(scratch);
        String prefix = ProcessHandle.current().pid() + "-";
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        return new RunDirectory(Files.createTempDirectory(scratch, prefix, ownerOnly), this);
    }

    synchronized void keep(RunDirectory directory) {
        idle.push(directory);
    }

    void delete(RunDirectory directory) {
        deletions.delete(directory.directory());
    }

    /** Deletes what processes left behind that were killed. */
    static void sweep(Path scratch, Instant now) throws IOException {
        if (!Files.isDirectory(scratch)) {
            return;
        }
        try (DirectoryStream<Path> runs = Files.newDirectoryStream(scratch, "*-*")) {
            for (Path run : runs) {
                if (Files.getLastModifiedTime(run).toInstant().isBefore(now.minus(ABANDONED)) && !isAlive(run)) {
                    Trees.deleteRecursively(run);
                }
            }
        }
    }

    private static boolean isAlive(Path run) {
        String name = String.valueOf(run.getFileName());
        try {
            return ProcessHandle.of(Long.parseLong(name.substring(0, name.indexOf('-'))))
                    .isPresent();
        } catch (NumberFormatException e) {
            return true; // not ours
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            idle.forEach(this::delete);
            idle.clear();
        }
        deletions.close();
    }
}
