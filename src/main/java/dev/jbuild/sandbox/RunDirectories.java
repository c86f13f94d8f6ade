package dev.jbuild.sandbox;

import dev.jbuild.fs.Deletions;
import dev.jbuild.fs.Trees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
    /** Directories of processes that died without deleting them go after this time, if it can't be told that they died. */
    private static final Duration ABANDONED = Duration.ofDays(1);
    /** Among which processes an ID means the same one, in the names of their directories. */
    private static final String REALM = realm();

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
        String prefix = ProcessHandle.current().pid() + "-" + REALM + "-";
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        return new RunDirectory(Files.createTempDirectory(scratch, prefix, ownerOnly), this);
    }

    synchronized void keep(RunDirectory directory) {
        idle.push(directory);
    }

    void delete(RunDirectory directory) {
        deletions.delete(directory.directory());
    }

    private static String realm() {
        try {
            String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id"), StandardCharsets.US_ASCII);
            return Integer.toHexString((boot + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"))).hashCode());
        } catch (IOException e) {
            return "unknown";
        }
    }

    /** Deletes what processes left behind that were killed. */
    static void sweep(Path scratch, Instant now) throws IOException {
        if (!Files.isDirectory(scratch)) {
            return;
        }
        try (DirectoryStream<Path> runs = Files.newDirectoryStream(scratch, "*-*")) {
            for (Path run : runs) {
                if (isDead(run, now)) {
                    Trees.deleteRecursively(run);
                }
            }
        }
    }

    private static boolean isDead(Path run, Instant now) throws IOException {
        String[] parts = String.valueOf(run.getFileName()).split("-", -1);
        try {
            if (ProcessHandle.of(Long.parseLong(parts[0])).isPresent()) {
                return false;
            }
            boolean known = parts.length > 2 && parts[1].equals(REALM) && !REALM.equals("unknown");
            return known || Files.getLastModifiedTime(run).toInstant().isBefore(now.minus(ABANDONED));
        } catch (NumberFormatException e) {
            return false; // not ours
        } catch (NoSuchFileException e) {
            return false; // somebody else was as quick
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
