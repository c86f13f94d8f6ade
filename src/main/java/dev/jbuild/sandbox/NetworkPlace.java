package dev.jbuild.sandbox;

import org.jspecify.annotations.Nullable;

/** Where one process is on the network. Closing gives it up. */
final class NetworkPlace implements AutoCloseable {
    static final NetworkPlace NONE = new NetworkPlace(NetworkMode.NONE, null, place -> {});
    static final NetworkPlace HOST = new NetworkPlace(NetworkMode.HOST, null, place -> {});

    private final NetworkMode mode;
    private final @Nullable NetworkHolder holder;
    private final After after;

    /** What becomes of a place that a process has left. */
    interface After {
        void left(NetworkHolder holder);
    }

    private NetworkPlace(NetworkMode mode, @Nullable NetworkHolder holder, After after) {
        this.mode = mode;
        this.holder = holder;
        this.after = after;
    }

    static NetworkPlace in(NetworkHolder holder, After after) {
        return new NetworkPlace(NetworkMode.PRIVATE, holder, after);
    }

    /** What it is; not {@link NetworkMode#DEFAULT}. */
    NetworkMode mode() {
        return mode;
    }

    void addTo(OpList ops) {
        if (holder != null) {
            holder.addTo(ops);
        } else if (mode == NetworkMode.NONE) {
            ops.op("own-network");
        }
    }

    @Override
    public void close() {
        if (holder != null) {
            after.left(holder);
        }
    }
}
