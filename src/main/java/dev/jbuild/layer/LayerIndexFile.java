package dev.jbuild.layer;

import java.io.IOException;
import java.nio.file.Path;

/** A layer's summary and index as a file: binary, versioned, with a checksum. */
public final class LayerIndexFile {
    /** What such a file says. */
    public record Content(LayerSummary summary, LayerIndex index) {}

    private LayerIndexFile() {}

    /** Writes the file, in place of one that is there. Not atomic: write it where nobody looks, and rename. */
    public static void write(Path file, LayerSummary summary, LayerIndex index) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Reads all of it.
     *
     * @throws IOException if it isn't whole, or of a newer version
     */
    public static Content read(Path file) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Reads only what the layer is called, without verifying the checksum. */
    public static LayerSummary readSummary(Path file) throws IOException {
        throw new UnsupportedOperationException();
    }
}
