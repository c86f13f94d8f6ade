package dev.jbuild.layer;

import dev.jbuild.sys.HostPaths;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Makes a stored layer's tar again from its index and its diff directory: the same bytes as when it was captured. */
public final class LayerDirectoryTar {
    private LayerDirectoryTar() {}

    /**
     * Writes the tar, without closing {@code out}.
     *
     * @throws IOException also if a file is missing or isn't as long as the index says
     */
    public static void write(LayerIndex index, Path diffDirectory, OutputStream out) throws IOException {
        try (LayerTarWriter writer = new LayerTarWriter(out)) {
            for (LayerEntry entry : index.entries()) {
                boolean hasContent =
                        entry.type() == EntryType.FILE && entry.hardLinkTo().isEmpty() && entry.size() > 0;
                if (hasContent) {
                    Path file = HostPaths.resolve(diffDirectory, entry.path());
                    try (InputStream content = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
                        writer.add(entry, content);
                    }
                } else {
                    writer.add(entry);
                }
            }
        }
    }
}
