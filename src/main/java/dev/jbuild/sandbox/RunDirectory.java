package dev.jbuild.sandbox;

import dev.jbuild.fs.Deletions;
import dev.jbuild.fs.Trees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;

/** The small files of one run, in a directory that only its owner can enter. Closing has them deleted. */
final class RunDirectory implements AutoCloseable {
    /** Directories of processes that died without deleting them go after this time. */
    private static final Duration ABANDONED = Duration.ofDays(1);

    private final Path directory;
    private final Deletions deletions;

    private RunDirectory(Path directory, Deletions deletions) {
        this.directory = directory;
        this.deletions = deletions;
    }

    static RunDirectory in(Path scratch, Deletions deletions) throws IOException {
        Files.createDirectories(scratch);
        String prefix = ProcessHandle.current().pid() + "-";
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        return new RunDirectory(Files.createTempDirectory(scratch, prefix, ownerOnly), deletions);
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

    /** Writes the files that are bound over those of the image; they must be readable by every user there. */
    void write(String resolvConf, String hosts) throws IOException {
        Files.writeString(resolvConf(), resolvConf, StandardCharsets.ISO_8859_1);
        Files.writeString(hosts(), hosts);
        for (Path file : new Path[] {resolvConf(), hosts()}) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        }
    }

    Path directory() {
        return directory;
    }

    Path status() {
        return directory.resolve("status");
    }

    Path operations() {
        return directory.resolve("operations");
    }

    Path resolvConf() {
        return directory.resolve("resolv.conf");
    }

    Path hosts() {
        return directory.resolve("hosts");
    }

    @Override
    public void close() {
        deletions.delete(directory);
    }
}
