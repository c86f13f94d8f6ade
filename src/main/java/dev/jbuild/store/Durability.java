package dev.jbuild.store;

import dev.jbuild.problem.JbuildException;
import dev.jbuild.sys.Fd;
import dev.jbuild.sys.Linux;
import dev.jbuild.sys.SyscallException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

/** What was published and isn't known to be on the disk yet. */
final class Durability {
    /** Up to so many blobs are synced one by one, which needs no native code. */
    private static final int FEW = 8;

    private final StoreLayout layout;
    private final Set<Path> pending = new LinkedHashSet<>();
    private long bootMillis = -1;

    Durability(StoreLayout layout) {
        this.layout = layout;
    }

    /** A file that is published and whose permissions say that it isn't durable. */
    synchronized void published(Path file) {
        pending.add(file);
    }

    /** Whether something of this time was written before this machine was started, within what clocks may err. */
    synchronized boolean isOfEarlierBoot(FileTime time) throws IOException {
        if (bootMillis < 0) {
            bootMillis = Files.readAllLines(Path.of("/proc/stat"), StandardCharsets.US_ASCII).stream()
                    .filter(line -> line.startsWith("btime "))
                    .mapToLong(line -> 1000 * Long.parseLong(line.substring(6).trim()))
                    .findFirst()
                    .orElse(0);
        }
        return time.toMillis() < bootMillis;
    }

    /** Brings all that is pending to the disk. */
    void sync() throws JbuildException {
        Set<Path> files;
        synchronized (this) {
            files = new LinkedHashSet<>(pending);
        }
        if (files.isEmpty()) {
            return;
        }
        try {
            boolean onlyBlobs = files.stream().noneMatch(file -> file.startsWith(layout.layers()));
            if (onlyBlobs && files.size() <= FEW) {
                syncEach(files);
            } else {
                syncAll();
            }
            for (Path file : files) {
                Workplace.markDurable(file);
            }
        } catch (IOException e) {
            throw StorageError.of("can't bring the store at " + layout.root() + " to the disk", e);
        }
        synchronized (this) {
            pending.removeAll(files);
        }
    }

    private void syncAll() throws SyscallException {
        try (Fd root = Linux.openDirectory(layout.root())) {
            Linux.syncfs(root);
        }
    }

    private static void syncEach(Set<Path> files) throws IOException {
        Set<Path> directories = new HashSet<>();
        for (Path file : files) {
            try {
                force(file);
                directories.add(file.resolveSibling("."));
            } catch (NoSuchFileException e) {
                // Collected since.
            }
        }
        for (Path directory : directories) {
            force(directory);
        }
    }

    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
