package dev.jbuild.cache.remote;

import dev.jbuild.problem.BuildCancelled;
import dev.jbuild.progress.Cancellation;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;

/** A blob that is read: no more of it than it should have, with progress, until the work is cancelled. */
final class ToldInput extends FilterInputStream {
    private final long size;
    private final Cancellation cancellation;
    private final Listener listener;
    private long count;
    private boolean ended;

    /** Hears how many bytes were read, and whether that is all. */
    @FunctionalInterface
    interface Listener {
        void read(long count, boolean end);
    }

    ToldInput(InputStream in, long size, Cancellation cancellation, Listener listener) {
        super(in);
        this.size = size;
        this.cancellation = cancellation;
        this.listener = listener;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        try {
            cancellation.throwIfCancelled();
        } catch (BuildCancelled e) {
            InterruptedIOException stopped = new InterruptedIOException("cancelled");
            stopped.initCause(e);
            throw stopped;
        }
        int read = super.read(buffer, offset, (int) Math.min(length, size - count + 1));
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

    @Override
    public long skip(long wanted) throws IOException {
        byte[] buffer = new byte[(int) Math.min(Math.max(wanted, 0), 64 * 1024)];
        int read = buffer.length == 0 ? 0 : read(buffer, 0, buffer.length);
        return Math.max(0, read);
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
