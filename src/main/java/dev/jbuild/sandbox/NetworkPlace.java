package dev.jbuild.sandbox;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where one process is on the network. Closing gives it up. */
final class NetworkPlace implements AutoCloseable {
    static final NetworkPlace NONE = new NetworkPlace(NetworkMode.NONE, false, null, List.of(), place -> {});
    static final NetworkPlace HOST = new NetworkPlace(NetworkMode.HOST, false, null, List.of(), place -> {});

    private final NetworkMode mode;
    private final boolean forwardsNames;
    private final @Nullable NetworkHolder holder;
    private final List<String> command;
    private final After after;

    /** What becomes of a place that a process has left. */
    interface After {
        void left(NetworkHolder holder);
    }

    private NetworkPlace(
            NetworkMode mode,
            boolean forwardsNames,
            @Nullable NetworkHolder holder,
            List<String> command,
            After after) {
        this.mode = mode;
        this.forwardsNames = forwardsNames;
        this.holder = holder;
        this.command = command;
        this.after = after;
    }

    static NetworkPlace in(NetworkHolder holder, After after) {
        return new NetworkPlace(NetworkMode.PRIVATE, holder.helper().forwardsNames(), holder, List.of(), after);
    }

    /** One that the native program makes, for a container that outlives this process, by this call of itself. */
    static NetworkPlace heldBy(List<String> command, NetworkHelper helper) {
        return new NetworkPlace(NetworkMode.PRIVATE, helper.forwardsNames(), null, command, place -> {});
    }

    /** What it is, where one on a bridge counts as private; not {@link NetworkMode#DEFAULT}. */
    NetworkMode mode() {
        return mode;
    }

    /** Whether name servers on the host's loopback are reached, by {@link UserModeHelper#NAME_SERVER}. */
    boolean forwardsNames() {
        return forwardsNames;
    }

    void addTo(OpList ops) {
        if (holder != null) {
            holder.addTo(ops);
        } else if (mode == NetworkMode.NONE) {
            ops.op("own-network");
        }
        command.forEach(word -> ops.op("holder", word));
    }

    @Override
    public void close() {
        if (holder != null) {
            after.left(holder);
        }
    }
}
