package dev.jbuild.layer;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Reads a tar entry by entry, strictly, with raw names: v7, ustar, PAX and GNU, sparse files expanded.
 *
 * <p>It reads no further than the end marker; a caller that digests the whole stream reads on to its end. For one thread.
 */
public final class LayerTarReader implements AutoCloseable {
    private final InputStream in;

    public LayerTarReader(InputStream in) {
        this.in = in;
    }

    /**
     * Goes to the next entry, over what is left of the content of this one.
     *
     * @throws MalformedArchive if what follows isn't a valid entry
     */
    public Optional<TarEntry> next() throws IOException {
        throw new UnsupportedOperationException();
    }

    /** The content of the current entry, good until the next call of {@link #next}. Closing it does nothing. */
    public InputStream content() {
        throw new UnsupportedOperationException();
    }

    /** Closes the stream that is read. */
    @Override
    public void close() throws IOException {
        in.close();
    }
}
