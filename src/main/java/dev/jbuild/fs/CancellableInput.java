package dev.jbuild.fs;

import dev.jbuild.problem.BuildCancelled;
import dev.jbuild.progress.Cancellation;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;

/** A stream that breaks when the work is cancelled, and of which all that passes goes through one method. */
public class CancellableInput extends FilterInputStream {
    private static final int SKIPPED_AT_ONCE = 64 * 1024;

    private final Cancellation cancellation;

    public CancellableInput(InputStream in, Cancellation cancellation) {
        super(in);
        this.cancellation = cancellation;
    }

    /** Reads from the stream below, as {@link InputStream#read(byte[], int, int)} does. */
    protected int readSome(byte[] buffer, int offset, int length) throws IOException {
        return in.read(buffer, offset, length);
    }

    @Override
    public final int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public final int read(byte[] buffer, int offset, int length) throws IOException {
        try {
            cancellation.throwIfCancelled();
        } catch (BuildCancelled e) {
            InterruptedIOException stopped = new InterruptedIOException("cancelled");
            stopped.initCause(e);
            throw stopped;
        }
        return readSome(buffer, offset, length);
    }

    @Override
    public final long skip(long wanted) throws IOException {
        byte[] buffer = new byte[(int) Math.min(Math.max(wanted, 0), SKIPPED_AT_ONCE)];
        int read = buffer.length == 0 ? 0 : read(buffer, 0, buffer.length);
        return Math.max(0, read);
    }

    @Override
    public final boolean markSupported() {
        return false;
    }
}
