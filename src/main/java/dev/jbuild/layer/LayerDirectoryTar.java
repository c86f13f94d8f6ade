package dev.jbuild.layer;

import java.io.IOException;
import java.io.OutputStream;
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
        throw new UnsupportedOperationException();
    }
}
