package dev.jbuild.engine;

import dev.jbuild.problem.UserError;
import dev.jbuild.sandbox.NetworkMode;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code --add-host} as lines of {@code /etc/hosts}. */
final class ExtraHosts {
    private static final String GATEWAY = "host-gateway";

    private static final String LOOPBACK = "127.0.0.1";
    /** An address of documentation, which leads outside like any other: nothing is sent there. */
    private static final InetSocketAddress ELSEWHERE = new InetSocketAddress("192.0.2.1", 9);

    private ExtraHosts() {}

    /**
     * @param hosts {@code name:address}, where the address may be {@code host-gateway} for this machine
     * @param network on which the address has to be found
     */
    static List<String> lines(List<String> hosts, NetworkMode network) throws UserError {
        List<String> lines = new ArrayList<>();
        for (String host : hosts) {
            int colon = host.indexOf(':');
            String address = host.substring(colon + 1);
            lines.add((address.equals(GATEWAY) ? gateway(host, network) : address) + "\t" + host.substring(0, colon));
        }
        return lines;
    }

    private static String gateway(String host, NetworkMode network) throws UserError {
        return switch (network) {
            case HOST -> LOOPBACK;
            case PRIVATE, BRIDGE ->
                outside()
                        .orElseThrow(() -> new UserError(
                                "--add-host " + host + ": this machine has no address that others could reach it by",
                                "give steps the host's network with --network=host"));
            // Without one, the default is the network of the host.
            case DEFAULT -> outside().orElse(LOOPBACK);
            case NONE ->
                throw new UserError(
                        "--add-host " + host + ": without a network this machine can't be reached",
                        "give steps the host's network with --network=host");
        };
    }

    /** The address of this machine that its connections to others come from. */
    private static Optional<String> outside() {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(ELSEWHERE);
            return Optional.of(socket.getLocalAddress().getHostAddress());
        } catch (SocketException e) {
            return Optional.empty();
        }
    }
}
