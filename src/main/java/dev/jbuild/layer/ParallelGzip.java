package dev.jbuild.layer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * Gzip by blocks that are compressed independently of each other, but for the dictionary that each takes from the end of
 * the one before; together they are one ordinary member. The bytes depend on the content alone, not on threads or
 * on how it was cut into writes. For one writer.
 */
final class ParallelGzip extends OutputStream {
    private static final int BLOCK = 256 * 1024;
    private static final int WINDOW = 32 * 1024;
    /** No name, no time, and "unknown" for the operating system. */
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

    private final OutputStream out;
    private final int level;
    private final int threads;
    private final CRC32 crc = new CRC32();
    private final Deque<Future<byte[]>> pending = new ArrayDeque<>();
    private @Nullable ExecutorService workers;
    private byte[] block = new byte[BLOCK];
    private int filled;
    private byte[] dictionary = new byte[0];
    private long size;
    private boolean started;
    private boolean closed;

    ParallelGzip(OutputStream out, int level, int threads) {
        this.out = out;
        this.level = level;
        this.threads = threads;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int at = offset;
        int left = length;
        while (left > 0) {
            if (filled == BLOCK) {
                // Only now is it sure that this isn't the last one.
                submit(false);
            }
            int part = Math.min(left, BLOCK - filled);
            System.arraycopy(bytes, at, block, filled, part);
            filled += part;
            at += part;
            left -= part;
        }
    }

    private void submit(boolean last) throws IOException {
        byte[] content = block;
        int length = filled;
        byte[] before = dictionary;
        crc.update(content, 0, length);
        size += length;
        if (last && pending.isEmpty()) {
            emit(deflate(content, length, before, true));
            return;
        }
        ExecutorService pool = workers();
        while (pending.size() > 2 * threads) {
            emit(take());
        }
        pending.add(pool.submit(() -> deflate(content, length, before, last)));
        if (!last) {
            dictionary = new byte[WINDOW];
            System.arraycopy(content, length - WINDOW, dictionary, 0, WINDOW);
            block = new byte[BLOCK];
            filled = 0;
        }
    }

    private ExecutorService workers() {
        ExecutorService pool = workers;
        if (pool == null) {
            pool = Executors.newFixedThreadPool(threads, task -> {
                Thread thread = new Thread(task, "gzip");
                thread.setDaemon(true);
                return thread;
            });
            workers = pool;
        }
        return pool;
    }

    private byte[] deflate(byte[] content, int length, byte[] before, boolean last) {
        Deflater deflater = new Deflater(level, true);
        try {
            if (before.length > 0) {
                deflater.setDictionary(before);
            }
            deflater.setInput(content, 0, length);
            if (last) {
                deflater.finish();
            }
            ByteArrayOutputStream compressed = new ByteArrayOutputStream(length / 2 + 64);
            byte[] buffer = new byte[64 * 1024];
            // A sync flush ends the block on a byte, so that the next can be put behind it.
            int flush = last ? Deflater.NO_FLUSH : Deflater.SYNC_FLUSH;
            int count = deflater.deflate(buffer, 0, buffer.length, flush);
            while (count > 0) {
                compressed.write(buffer, 0, count);
                boolean done = !last && count < buffer.length;
                count = done ? 0 : deflater.deflate(buffer, 0, buffer.length, flush);
            }
            return compressed.toByteArray();
        } finally {
            deflater.end();
        }
    }

    private byte[] take() throws IOException {
        try {
            return pending.remove().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while compressing");
        } catch (ExecutionException e) {
            throw new IOException("can't compress", e.getCause());
        }
    }

    private void emit(byte[] compressed) throws IOException {
        if (!started) {
            started = true;
            out.write(HEADER);
        }
        out.write(compressed);
    }

    /** Does nothing: a flush would change the bytes. */
    @Override
    public void flush() {}

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (out) {
            submit(true);
            while (!pending.isEmpty()) {
                emit(take());
            }
            out.write(littleEndian((int) crc.getValue()));
            out.write(littleEndian((int) size));
        } finally {
            if (workers != null) {
                workers.shutdownNow();
            }
        }
    }

    private static byte[] littleEndian(int value) {
        return new byte[] {(byte) value, (byte) (value >> 8), (byte) (value >> 16), (byte) (value >> 24)};
    }
}
