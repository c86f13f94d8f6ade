package dev.jbuild.image;

import dev.jbuild.fs.CancellableInput;
import dev.jbuild.progress.Cancellation;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells how much of a stream was read, ends when the work is cancelled, and copies what is read to another stream. */
final class CountingInput extends CancellableInput {
    private final OutputStream copy;
    private final String item;
    private final long total;
    private final TransferProgress progress;
    private long count;
    private @Nullable IOException failure;

    CountingInput(
            InputStream in,
            OutputStream copy,
            String item,
            long total,
            TransferProgress progress,
            Cancellation cancellation) {
        super(in, cancellation);
        this.copy = copy;
        this.item = item;
        this.total = total;
        this.progress = progress;
    }

    @Override
    protected int readSome(byte[] buffer, int offset, int length) throws IOException {
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
            return in.read(buffer, offset, length);
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    /** Why the stream below broke, for those who are told only what that led to. */
    Optional<IOException> failure() {
        return Optional.ofNullable(failure);
    }
}
