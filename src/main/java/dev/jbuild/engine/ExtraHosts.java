package dev.jbuild.engine;

import dev.jbuild.problem.UserError;
import dev.jbuild.sandbox.NetworkMode;
import java.util.ArrayList;
import java.util.List;

/** {@code --add-host} as lines of {@code /etc/hosts}. */
final class ExtraHosts {
    private static final String GATEWAY = "host-gateway";

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
            case HOST -> "127.0.0.1";
            case NONE ->
                throw new UserError(
                        "--add-host " + host + ": without a network this machine can't be reached",
                        "give steps the host's network with --network=host");
        };
    }
}
