package dev.jbuild.image;

import dev.jbuild.problem.JbuildException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A directory, each of whose files appears when whole. Blobs that are there already stay. */
final class DirectorySink implements Sink {
    private final Path root;

    DirectorySink(Path root) throws IOException {
        this.root = Files.createDirectories(root);
    }

    @Override
    public void directory(String name) throws IOException {
        Files.createDirectories(root.resolve(name));
    }

    @Override
    public void file(String name, long size, LayerBlobs.Writing content) throws IOException, JbuildException {
        Path file = root.resolve(name);
        if (name.startsWith("blobs/") && Files.exists(file) && Files.size(file) == size) {
            return;
        }
        Path part = Files.createTempFile(file.toAbsolutePath().getParent(), ".part", "");
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part), 128 * 1024)) {
                content.to(out);
            }
            Files.setPosixFilePermissions(part, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    @Override
    public void finish() {}

    @Override
    public void close() {}
}
