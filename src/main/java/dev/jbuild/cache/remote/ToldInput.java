package dev.jbuild.cache.remote;

import dev.jbuild.fs.CancellableInput;
import dev.jbuild.progress.Cancellation;
import java.io.IOException;
import java.io.InputStream;

/** A blob that is read: no more of it than it should have, with progress, until the work is cancelled. */
final class ToldInput extends CancellableInput {
    private final long size;
    private final Listener listener;
    private long count;
    private boolean ended;

    /** Hears how many bytes were read, and whether that is all. */
    @FunctionalInterface
    interface Listener {
        void read(long count, boolean end);
    }

    ToldInput(InputStream in, long size, Cancellation cancellation, Listener listener) {
        super(in, cancellation);
        this.size = size;
        this.listener = listener;
    }

    @Override
    protected int readSome(byte[] buffer, int offset, int length) throws IOException {
        int read = in.read(buffer, offset, (int) Math.min(length, size - count + 1));
        count += Math.max(read, 0);
        if (count > size) {
            throw new IOException("the blob is longer than " + size + " bytes");
        }
        if (!ended) {
            ended = read < 0 || count == size;
            listener.read(count, ended);
        }
        return read;
    }
}
