package dev.jbuild.image;

import dev.jbuild.problem.BuildCancelled;
import dev.jbuild.progress.Cancellation;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells how much of a stream was read, ends when the work is cancelled, and copies what is read to another stream. */
final class CountingInput extends FilterInputStream {
    private final OutputStream copy;
    private final String item;
    private final long total;
    private final TransferProgress progress;
    private final Cancellation cancellation;
    private long count;
    private @Nullable IOException failure;

    CountingInput(
            InputStream in,
            OutputStream copy,
            String item,
            long total,
            TransferProgress progress,
            Cancellation cancellation) {
        super(in);
        this.copy = copy;
        this.item = item;
        this.total = total;
        this.progress = progress;
        this.cancellation = cancellation;
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
        int read = readBelow(buffer, offset, length);
        if (read > 0) {
            copy.write(buffer, offset, read);
            count += read;
            progress.update(item, count, total, false);
        }
        return read;
    }

    private int readBelow(byte[] buffer, int offset, int length) throws IOException {
        try {
            return super.read(buffer, offset, length);
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    /** Why the stream below broke, for those who are told only what that led to. */
    Optional<IOException> failure() {
        return Optional.ofNullable(failure);
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
