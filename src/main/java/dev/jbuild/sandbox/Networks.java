package dev.jbuild.sandbox;

import dev.jbuild.problem.EnvironmentError;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gives each process its network. Safe for use by many threads. */
final class Networks implements AutoCloseable {
    private static final String[] PRIVATE_REMEDIES = {
        "install pasta (Debian package passt) or slirp4netns", "use --network=host or --network=none"
    };
    private static final String[] BRIDGE_REMEDIES = {
        "install netavark, or the plugins of CNI (Debian package containernetworking-plugins), and run jbuild as root",
        "use --network=private, which needs neither"
    };

    private final Path program;
    private final NetworkPool privates;
    private final NetworkPool bridges;
    private boolean told;

    /**
     * @param program the {@code jbuild-sandbox} executable
     * @param searchPath where helpers are looked up
     */
    Networks(Path program, Path scratch, String searchPath) {
        this.program = program;
        this.privates = new NetworkPool(program, scratch, new Privates(searchPath));
        this.bridges = new NetworkPool(program, scratch, new Bridges(searchPath));
    }

    /** Whatever leads out, those first that change nothing of this machine. */
    private record Privates(String searchPath) implements NetworkPool.Helpers {
        @Override
        public List<NetworkHelper> installed() throws IOException {
            List<NetworkHelper> helpers = new ArrayList<>(UserModeHelper.on(searchPath));
            helpers.addAll(new Bridges(searchPath).installed());
            return helpers;
        }

        @Override
        public String missing() {
            return "neither pasta (Debian package passt) nor slirp4netns is installed";
        }
    }

    private record Bridges(String searchPath) implements NetworkPool.Helpers {
        @Override
        public List<NetworkHelper> installed() throws IOException {
            return Ids.ofThisProcess().areOfNamespace() ? List.of() : BridgeHelper.on(searchPath);
        }

        @Override
        public String missing() {
            return "that takes root, and netavark or the plugins of CNI";
        }
    }

    /** Says that a process will soon want such a one, so that it is there by then. */
    void expect(NetworkMode mode) {
        if (mode != NetworkMode.NONE && mode != NetworkMode.HOST) {
            pool(mode).expect();
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
            case PRIVATE, BRIDGE -> pool(mode).enter(helper(mode), harmless);
            case DEFAULT -> {
                Optional<NetworkHelper> helper = privates.choice().helper();
                if (helper.isPresent()) {
                    yield privates.enter(helper.get(), harmless);
                }
                tellOnce(output);
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
        if (mode == NetworkMode.DEFAULT && privates.choice().helper().isEmpty()) {
            return enter(mode, true, output);
        }
        NetworkHelper helper = helper(mode);
        return NetworkPlace.heldBy(helper.holding(program, directory), helper);
    }

    private NetworkPool pool(NetworkMode mode) {
        return mode == NetworkMode.BRIDGE ? bridges : privates;
    }

    /** What makes such networks here; it has made one. */
    NetworkHelper helper(NetworkMode mode) throws EnvironmentError {
        NetworkPool.Choice known = pool(mode).choice();
        boolean bridge = mode == NetworkMode.BRIDGE;
        return known.helper()
                .orElseThrow(() -> new EnvironmentError(
                        "there can be no %s: %s".formatted(bridge ? "bridge" : "private network", known.shortfall()),
                        bridge ? BRIDGE_REMEDIES : PRIVATE_REMEDIES));
    }

    private void tellOnce(Sandbox.Output output) {
        synchronized (this) {
            if (told) {
                return;
            }
            told = true;
        }
        output.notice("the host's network is used, as there can be no private one: "
                + privates.choice().shortfall());
    }

    /** Ends those that are left. */
    @Override
    public void close() {
        privates.close();
        bridges.close();
    }
}
