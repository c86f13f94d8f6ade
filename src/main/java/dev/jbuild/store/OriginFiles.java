package dev.jbuild.store;

import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Origins as files: each is called by the algorithm and the hex digits of its blob, and holds a line. */
final class OriginFiles implements Origins {
    private final StoreLayout layout;
    private final Workplace workplace;

    OriginFiles(Workplace workplace) {
        this.layout = workplace.layout();
        this.workplace = workplace;
    }

    private Path file(Digest blob) {
        return layout.origins().resolve(blob.algorithm() + "-" + blob.hex());
    }

    @Override
    public Optional<String> find(Digest blob) throws JbuildException {
        try {
            String line = Files.readString(file(blob), StandardCharsets.UTF_8).strip();
            return line.isEmpty() ? Optional.empty() : Optional.of(line);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw StorageError.of("can't read where the blob " + blob + " is", e);
        }
    }

    @Override
    public void put(Digest blob, String repository) throws JbuildException {
        try {
            Path temporary = workplace.owner().fresh(".origin");
            Files.writeString(temporary, repository + "\n", StandardCharsets.UTF_8);
            Files.createDirectories(layout.origins());
            Files.move(temporary, file(blob), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw StorageError.of("can't note where the blob " + blob + " is", e);
        }
    }

    @Override
    public void forget(Digest blob) throws JbuildException {
        try {
            Files.deleteIfExists(file(blob));
        } catch (IOException e) {
            throw StorageError.of("can't forget where the blob " + blob + " was", e);
        }
    }

    /** The file of an origin; {@code blob} is absent if its name is none. */
    record Lying(Path file, Optional<Digest> blob) {}

    static List<Lying> list(StoreLayout layout) throws IOException {
        List<Lying> files = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(layout.origins())) {
            stream.forEach(file -> files.add(new Lying(file, blob(String.valueOf(file.getFileName())))));
        } catch (NoSuchFileException e) {
            return List.of();
        }
        return files;
    }

    private static Optional<Digest> blob(String file) {
        try {
            return Optional.of(Digest.parse(file.replaceFirst("-", ":")));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
