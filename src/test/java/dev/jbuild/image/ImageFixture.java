package dev.jbuild.image;

import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.store.Store;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** A store with small images in it. */
final class ImageFixture implements AutoCloseable {
    static final Platform PLATFORM = new Platform("linux", "amd64");
    static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");

    final MemoryRegistry registry;
    final Cancellation cancellation = new Cancellation();
    final Store store;
    final ImageLibrary library;

    ImageFixture(Path root) throws JbuildException {
        this(root, new MemoryRegistry());
    }

    /** A store beside another one that uses the same registry. */
    ImageFixture(Path root, MemoryRegistry registry) throws JbuildException {
        this.registry = registry;
        store = Store.open(root);
        library = new ImageLibrary(store, registry);
    }

    static ImageReference name(String text) {
        return ImageReference.parse(text);
    }

    /** A tar; names that end with a slash are directories, contents that begin with {@code ->} symlinks. */
    static byte[] tar(Map<String, String> files) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            for (Map.Entry<String, String> file : new TreeMap<>(files).entrySet()) {
                boolean link = file.getValue().startsWith("->");
                TarArchiveEntry entry = link
                        ? new TarArchiveEntry(file.getKey(), TarArchiveEntry.LF_SYMLINK)
                        : new TarArchiveEntry(file.getKey());
                byte[] content = link ? new byte[0] : file.getValue().getBytes(StandardCharsets.UTF_8);
                if (link) {
                    entry.setLinkName(file.getValue().substring(2));
                }
                entry.setSize(content.length);
                entry.setModTime(TIME.toEpochMilli());
                tar.putArchiveEntry(entry);
                tar.write(content);
                tar.closeArchiveEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    LocalImage image(Optional<String> name, Map<String, String> files) throws JbuildException {
        ContainerConfig config = ConfigChanges.apply(
                ContainerConfig.EMPTY, java.util.List.of("CMD [\"/bin/sh\"]", "ENV A=b", "HEALTHCHECK CMD true"));
        return new ImageImporter(store)
                .importTar(
                        new ByteArrayInputStream(tar(files)),
                        name.map(ImageFixture::name),
                        config,
                        "",
                        PLATFORM,
                        TIME,
                        cancellation);
    }

    LocalImage image(String name) throws JbuildException {
        return image(Optional.of(name), Map.of("bin/", "", "bin/hello", "hello " + name, "link", "->bin/hello"));
    }

    @Override
    public void close() {
        store.close();
    }
}
