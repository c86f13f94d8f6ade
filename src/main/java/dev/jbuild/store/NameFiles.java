package dev.jbuild.store;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageIndex;
import dev.jbuild.oci.MalformedDocument;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.store.ImageNames.NamedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The names of images once more, a file each, for a database that was lost. A file is an OCI image index of one manifest
 * whose annotations say the name, since when it is so, and what it reaches; it is called by the name's digest.
 *
 * <p>A file is written after its row and deleted before it, so that a name without a row has no file either.
 */
final class NameFiles {
    private static final String NAME = "org.opencontainers.image.ref.name";
    private static final String SINCE = "org.opencontainers.image.created";
    private static final String REACH = "dev.jbuild.reach";
    private static final String SUFFIX = ".json";

    private final StoreLayout layout;

    NameFiles(StoreLayout layout) {
        this.layout = layout;
    }

    private Path file(String name) {
        return layout.names()
                .resolve(Digest.sha256(name.getBytes(StandardCharsets.UTF_8)).hex() + SUFFIX);
    }

    /** Writes a name's file where nobody looks yet. */
    static void write(NamedImage image, Path temporary) throws IOException {
        Map<String, String> annotations = Map.of(
                NAME,
                image.name(),
                SINCE,
                image.since().toString(),
                REACH,
                image.reach().toText());
        byte[] document = ImageIndex.of(MediaTypes.OCI_INDEX, List.of(image.target()), annotations)
                .raw()
                .bytes();
        Files.write(temporary, document);
    }

    /** Puts a name's file in place of an older one. */
    void publish(String name, Path temporary) throws IOException {
        try {
            Files.move(temporary, file(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            Files.createDirectories(layout.names());
            Files.move(temporary, file(name), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    void delete(String name) throws IOException {
        Files.deleteIfExists(file(name));
    }

    /** What the file of a name says, if it can be read and is that name's. */
    Optional<NamedImage> find(String name) {
        return read(file(name)).filter(image -> image.name().equals(name));
    }

    /** All names that have a whole file. */
    List<NamedImage> all() throws IOException {
        List<NamedImage> names = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(layout.names(), "*" + SUFFIX)) {
            for (Path file : files) {
                read(file).filter(image -> file(image.name()).equals(file)).ifPresent(names::add);
            }
        } catch (NoSuchFileException e) {
            return List.of();
        }
        return names;
    }

    private static Optional<NamedImage> read(Path file) {
        try {
            ImageIndex index = ImageIndex.parse(Files.readAllBytes(file), MediaTypes.OCI_INDEX);
            Descriptor target = index.manifests().get(0);
            String since = index.annotations().getOrDefault(SINCE, "");
            Reach reach = Reach.parse(index.annotations().getOrDefault(REACH, ""));
            return Optional.ofNullable(index.annotations().get(NAME))
                    .map(name -> new NamedImage(name, target, Instant.parse(since), reach));
        } catch (IOException
                | MalformedDocument
                | DateTimeException
                | IllegalArgumentException
                | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }
}
