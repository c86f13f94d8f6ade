package dev.jbuild.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Networks that one helper makes, the first that works here. They are kept for later processes, one at a time, as long as those
 * could change nothing in them; they end with this, or with jbuild. Safe for use by many threads.
 */
final class NetworkPool implements AutoCloseable {
    private final Path program;
    private final Path scratch;
    private final Helpers helpers;
    private final Deque<NetworkHolder> idle = new ArrayDeque<>();
    private final CompletableFuture<Choice> choice = new CompletableFuture<>();
    private boolean begun;
    private boolean closed;

    /** What may work here. */
    interface Helpers {
        /** Those that are installed, the preferred one first. */
        List<NetworkHelper> installed() throws IOException;

        /** Why there is none. */
        String missing();
    }

    /** The helper that works here, or why none does. */
    record Choice(Optional<NetworkHelper> helper, String shortfall) {}

    /** @param program the {@code jbuild-sandbox} executable */
    NetworkPool(Path program, Path scratch, Helpers helpers) {
        this.program = program;
        this.scratch = scratch;
        this.helpers = helpers;
    }

    /** Says that a process will soon want one, so that it is there by then. */
    synchronized void expect() {
        if (!begun) {
            begun = true;
            Thread thread = new Thread(this::settle, "sandbox-network");
            thread.setDaemon(true);
            thread.start();
        }
    }

    /**
     * One for a process.
     *
     * @param helper that was chosen
     * @param harmless whether the process can change nothing in it
     */
    NetworkPlace enter(NetworkHelper helper, boolean harmless) throws IOException {
        NetworkHolder kept = takeIdle();
        NetworkHolder holder = kept != null ? kept : NetworkHolder.start(program, scratch, helper);
        return NetworkPlace.in(holder, harmless ? this::keep : NetworkHolder::close);
    }

    private synchronized @Nullable NetworkHolder takeIdle() {
        NetworkHolder holder = idle.poll();
        while (holder != null && !holder.isAlive()) {
            holder = idle.poll();
        }
        return holder;
    }

    private void keep(NetworkHolder holder) {
        synchronized (this) {
            if (!closed) {
                idle.push(holder);
                return;
            }
        }
        holder.close();
    }

    Choice choice() {
        expect();
        return choice.join();
    }

    private void settle() {
        try {
            choice.complete(choose());
        } catch (RuntimeException | Error e) {
            choice.completeExceptionally(e);
        }
    }

    private Choice choose() {
        List<String> reasons = new ArrayList<>();
        try {
            for (NetworkHelper helper : helpers.installed()) {
                Optional<String> reason = problem(helper);
                if (reason.isEmpty()) {
                    return new Choice(Optional.of(helper), "");
                }
                reasons.add(reason.get());
            }
        } catch (IOException e) {
            reasons.add(String.valueOf(e.getMessage()));
        }
        return new Choice(Optional.empty(), reasons.isEmpty() ? helpers.missing() : String.join("; ", reasons));
    }

    /** Why it makes no network here, if it doesn't; otherwise the one that it made is kept. */
    private Optional<String> problem(NetworkHelper helper) {
        try {
            keep(NetworkHolder.start(program, scratch, helper));
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** Ends those that are left. */
    @Override
    public void close() {
        List<NetworkHolder> left;
        boolean awaited;
        synchronized (this) {
            closed = true;
            awaited = begun;
        }
        if (awaited) {
            choice.join();
        }
        synchronized (this) {
            left = List.copyOf(idle);
            idle.clear();
        }
        left.forEach(NetworkHolder::dismiss);
        left.forEach(NetworkHolder::close);
    }
}
