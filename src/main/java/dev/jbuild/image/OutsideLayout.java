package dev.jbuild.image;

import dev.jbuild.problem.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** An OCI image layout directory, read where it is. */
final class OutsideLayout extends OutsideFiles {
    private final Path directory;

    OutsideLayout(Path directory) throws UserError {
        super(directory.toString());
        this.directory = directory;
        if (!Files.isRegularFile(directory.resolve("index.json"))) {
            throw new UserError(directory + " isn't an OCI image layout: it has no index.json");
        }
    }

    @Override
    Optional<Member> member(String name) {
        boolean known = ArchiveFiles.digest(name).isPresent() || !name.contains("/");
        // Some layouts share blobs by symlinks; where they lead is the owner's business.
        Path file = directory.resolve(name);
        return known && Files.isRegularFile(file) ? Optional.of(new File(file)) : Optional.empty();
    }

    private record File(Path path) implements Member {
        @Override
        public long size() {
            try {
                return Files.size(path);
            } catch (IOException e) {
                return -1;
            }
        }

        @Override
        public InputStream open() throws IOException {
            return Files.newInputStream(path);
        }
    }

    @Override
    public void close() {}
}
