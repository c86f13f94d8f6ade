package dev.jbuild.sandbox;

import dev.jbuild.problem.EnvironmentError;
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
 * Gives each process its network. Private ones are kept for later processes, one at a time, as long as those could change
 * nothing in them; they end with this, or with jbuild. Safe for use by many threads.
 */
final class Networks implements AutoCloseable {
    private static final String[] REMEDIES = {
        "install pasta (Debian package passt) or slirp4netns", "use --network=host or --network=none"
    };

    private final Path program;
    private final Path scratch;
    private final String searchPath;
    private final Deque<NetworkHolder> idle = new ArrayDeque<>();
    private final CompletableFuture<Choice> choice = new CompletableFuture<>();
    private boolean begun;
    private boolean closed;
    private boolean told;

    /** The helper that works here, or why none does. */
    private record Choice(Optional<NetworkHelper> helper, String shortfall) {}

    /**
     * @param program the {@code jbuild-sandbox} executable
     * @param searchPath where helpers are looked up
     */
    Networks(Path program, Path scratch, String searchPath) {
        this.program = program;
        this.scratch = scratch;
        this.searchPath = searchPath;
    }

    /** Says that a process will soon want a private one, so that it is there by then. */
    synchronized void expect() {
        if (!begun) {
            begun = true;
            Thread thread = new Thread(this::settle, "sandbox-network");
            thread.setDaemon(true);
            thread.start();
        }
    }

    /**
     * A network for one process.
     *
     * @param harmless whether the process can change nothing in it
     */
    NetworkPlace enter(NetworkMode mode, boolean harmless, Sandbox.Output output) throws IOException, EnvironmentError {
        return switch (mode) {
            case NONE -> NetworkPlace.NONE;
            case HOST -> NetworkPlace.HOST;
            case PRIVATE -> enterPrivate(harmless);
            case DEFAULT -> {
                Choice known = choice();
                if (known.helper().isPresent()) {
                    yield enterPrivate(harmless);
                }
                tellOnce(known.shortfall(), output);
                yield NetworkPlace.HOST;
            }
        };
    }

    /**
     * A network for a container that outlives this process.
     *
     * @param directory of the container
     */
    NetworkPlace enterBackground(NetworkMode mode, Path directory, Sandbox.Output output)
            throws IOException, EnvironmentError {
        if (mode == NetworkMode.NONE || mode == NetworkMode.HOST) {
            return enter(mode, true, output);
        }
        Choice known = choice();
        if (known.helper().isEmpty()) {
            return enter(mode, true, output);
        }
        return NetworkPlace.heldBy(
                NetworkHolder.command(program, directory, known.helper().get()));
    }

    private void tellOnce(String shortfall, Sandbox.Output output) {
        synchronized (this) {
            if (told) {
                return;
            }
            told = true;
        }
        output.notice("the host's network is used, as there can be no private one: " + shortfall);
    }

    private NetworkPlace enterPrivate(boolean harmless) throws IOException, EnvironmentError {
        Choice known = choice();
        NetworkHelper helper = known.helper()
                .orElseThrow(
                        () -> new EnvironmentError("there can be no private network: " + known.shortfall(), REMEDIES));
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

    private Choice choice() {
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
        List<NetworkHelper> helpers = NetworkHelper.on(searchPath);
        List<String> reasons = new ArrayList<>();
        for (NetworkHelper helper : helpers) {
            try {
                keep(NetworkHolder.start(program, scratch, helper));
                return new Choice(Optional.of(helper), "");
            } catch (IOException e) {
                reasons.add(String.valueOf(e.getMessage()));
            }
        }
        return new Choice(
                Optional.empty(),
                helpers.isEmpty()
                        ? "neither pasta (Debian package passt) nor slirp4netns is installed"
                        : String.join("; ", reasons));
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
