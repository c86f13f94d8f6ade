package dev.jbuild.store;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.DiffId;
import dev.jbuild.oci.ImageIndex;
import dev.jbuild.oci.MalformedDocument;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.store.ImageNames.NamedImage;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The images that containers need, each of which says its image in a file of its directory. They are kept as those with a name
 * are.
 */
public final class HeldImages {
    private static final String FILE = "image";
    private static final String HOLDER = "dev.jbuild.container";
    private static final String LAYERS = "dev.jbuild.layers";

    private final Path containers;

    /** @param containers the directory of the containers' directories */
    HeldImages(Path containers) {
        this.containers = containers;
    }

    /**
     * Writes down what a container needs, in its directory; all that must be held by a lease meanwhile.
     *
     * @param layers that it has mounted, of which not all are the image's if those are too many to mount
     */
    public static void hold(Path container, String name, Descriptor image, List<DiffId> layers) throws IOException {
        String mounted = layers.stream().map(DiffId::toString).collect(Collectors.joining(" "));
        byte[] document = ImageIndex.of(MediaTypes.OCI_INDEX, List.of(image), Map.of(HOLDER, name, LAYERS, mounted))
                .raw()
                .bytes();
        Files.write(container.resolve(FILE), document);
    }

    /** Images by the names of the containers that need them. */
    public List<NamedImage> list() throws JbuildException {
        List<NamedImage> held = new ArrayList<>();
        for (Path directory : directories()) {
            read(directory.resolve(FILE)).ifPresent(held::add);
        }
        return held;
    }

    /** As {@link #list}, after images that have names. */
    List<NamedImage> with(List<NamedImage> named) throws JbuildException {
        List<NamedImage> all = new ArrayList<>(named);
        all.addAll(list());
        return all;
    }

    /** Those of the containers. */
    List<Path> directories() throws JbuildException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(containers)) {
            for (Path directory : directories) {
                if (Files.exists(directory.resolve(FILE))) {
                    found.add(directory);
                }
            }
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw StorageError.of("can't list the containers in " + containers, e);
        }
        return found;
    }

    private static Optional<NamedImage> read(Path file) {
        try {
            ImageIndex index = ImageIndex.parse(Files.readAllBytes(file), MediaTypes.OCI_INDEX);
            return Optional.ofNullable(index.annotations().get(HOLDER))
                    .map(name -> new NamedImage(
                            "container " + name, index.manifests().get(0), Instant.EPOCH, reach(index)));
        } catch (IOException | MalformedDocument | IllegalArgumentException | IndexOutOfBoundsException e) {
            return Optional.empty(); // of a container that is being made, or removed
        }
    }

    private static Reach reach(ImageIndex index) {
        Set<DiffId> layers = Stream.of(
                        index.annotations().getOrDefault(LAYERS, "").split(" "))
                .filter(word -> !word.isEmpty())
                .map(DiffId::parse)
                .collect(Collectors.toSet());
        return new Reach(Set.of(), Set.of(), layers);
    }
}
