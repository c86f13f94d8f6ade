package dev.jbuild.cli;

import dev.jbuild.problem.EnvironmentError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** An empty directory for builds that have no other, made when it is needed. Closing deletes it. */
final class EmptyContext implements AutoCloseable {
    private @Nullable Path made;

    Path directory() throws EnvironmentError {
        Path directory = made;
        if (directory == null) {
            try {
                directory = Files.createTempDirectory("jbuild-context");
            } catch (IOException e) {
                throw new EnvironmentError(
                        "no temporary directory can be made in " + System.getProperty("java.io.tmpdir") + ": "
                                + e.getMessage(),
                        "name a directory that can be written in TMPDIR");
            }
            made = directory;
        }
        return directory;
    }

    @Override
    public void close() throws IOException {
        Path directory = made;
        if (directory != null) {
            Files.deleteIfExists(directory);
        }
    }
}
