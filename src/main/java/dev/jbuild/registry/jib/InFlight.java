package dev.jbuild.registry.jib;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** What one client has under way, so that closing the client ends it all. */
final class InFlight implements AutoCloseable {
    private final Map<Long, CompletableFuture<?>> futures = new ConcurrentHashMap<>();
    private final AtomicLong lastNumber = new AtomicLong();
    private final Set<InputStream> streams = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);

    <T> T await(CompletableFuture<T> future) throws IOException {
        long number = lastNumber.incrementAndGet();
        futures.put(number, future);
        try {
            if (isClosed()) {
                future.cancel(true);
            }
            return future.get();
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (CancellationException e) {
            throw new IOException("the transfer was ended", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IOException(String.valueOf(e.getCause()), e.getCause());
        } finally {
            futures.remove(number);
        }
    }

    void add(InputStream stream) throws IOException {
        streams.add(stream);
        if (isClosed()) {
            stream.close();
        }
    }

    void remove(InputStream stream) {
        streams.remove(stream);
    }

    boolean isClosed() {
        return closed.getCount() == 0;
    }

    /** Waits; less long when the client is closed meanwhile. */
    void pause(Duration duration) throws IOException {
        try {
            if (closed.await(duration.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("the transfer was ended");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    @Override
    public void close() {
        closed.countDown();
        futures.values().forEach(future -> future.cancel(true));
        for (InputStream stream : List.copyOf(streams)) {
            try {
                stream.close();
            } catch (IOException e) {
                // It is being abandoned; nobody will read it.
                streams.remove(stream);
            }
        }
    }
}
