package dev.jbuild.sandbox;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** The small files of one run, in a directory that only its owner can enter. */
final class RunDirectory implements AutoCloseable {
    private final Path directory;
    private final RunDirectories home;
    private String resolvConfText = "";
    private String hostsText = "";
    private boolean written;
    private boolean reusable;

    RunDirectory(Path directory, RunDirectories home) {
        this.directory = directory;
        this.home = home;
    }

    /** Writes the files that are bound over those of the image; they must be readable by every user there. */
    void write(String resolvConf, String hosts) throws IOException {
        if (written && resolvConfText.equals(resolvConf) && hostsText.equals(hosts)) {
            return;
        }
        Files.writeString(resolvConf(), resolvConf, StandardCharsets.ISO_8859_1);
        Files.writeString(hosts(), hosts);
        for (Path file : new Path[] {resolvConf(), hosts()}) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        }
        resolvConfText = resolvConf;
        hostsText = hosts;
        written = true;
    }

    /** Reads what the native program told, and forgets it; empty if it told nothing. */
    byte[] takeReport() throws IOException {
        try (FileChannel file = FileChannel.open(status(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer report = ByteBuffer.allocate(Math.toIntExact(file.size()));
            while (report.hasRemaining() && file.read(report) >= 0) {
                // the rest comes with the next read
            }
            file.truncate(0);
            return report.array();
        } catch (NoSuchFileException e) {
            return new byte[0];
        }
    }

    /** Says that the run is over, in good order, and that the command could change nothing here. */
    void leftAsItWas() {
        reusable = true;
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

    /** Where an OCI runtime finds what it mounts itself. */
    Path staged(int index) {
        return directory.resolve("mount-" + index);
    }

    Path bundle() {
        return directory.resolve("config.json");
    }

    /** What an OCI runtime says of itself. */
    Path log() {
        return directory.resolve("runtime.log");
    }

    /** Gives it to the next run, or has it deleted. */
    @Override
    public void close() {
        if (reusable) {
            reusable = false;
            home.keep(this);
        } else {
            home.delete(this);
        }
    }
}
