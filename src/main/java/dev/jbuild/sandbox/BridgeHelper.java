package dev.jbuild.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives each network namespace a bridge of this machine for itself, with addresses of its own that the machine translates.
 * Only root can. What the programs do to the machine, they undo at the end; what they had no time to undo is taken over by the
 * next namespace with the same number.
 */
record BridgeHelper(BridgePlugin plugin, Path locks) implements NetworkHelper {
    /** Where every store of this machine finds which bridges are in use. */
    private static final Path LOCKS = Path.of("/run/jbuild/bridges");

    private static final FileAttribute<?> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    /** Those that are installed, the preferred one first. */
    static List<NetworkHelper> on(String searchPath) {
        List<NetworkHelper> helpers = new ArrayList<>();
        NetavarkPlugin.find(searchPath).ifPresent(plugin -> helpers.add(new BridgeHelper(plugin, LOCKS)));
        CniPlugins.find(searchPath).ifPresent(plugin -> helpers.add(new BridgeHelper(plugin, LOCKS)));
        return helpers;
    }

    @Override
    public String name() {
        return plugin.name();
    }

    @Override
    public boolean forwardsNames() {
        return false;
    }

    @Override
    public List<String> holding(Path program, Path directory) throws IOException {
        Files.createDirectories(locks, PRIVATE);
        BridgeNetwork network = new BridgeNetwork(HostNetwork.freeBlock(), directory.resolve(NAMESPACE));
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "bridge",
                directory.toString(),
                locks.toString(),
                Integer.toString(BridgeNetwork.COUNT),
                BridgeNetwork.PREFIX));
        plugin.joining(network).forEach(call -> call.addTo(command, "+"));
        plugin.leaving(network).forEach(call -> call.addTo(command, "-"));
        return command;
    }
}
