package dev.jbuild.sandbox;

import dev.jbuild.sys.SearchPath;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The plugins of the CNI project, called as the Container Network Interface Specification 0.4.0 has it.
 *
 * @param firewall whether there is the one that lets packets through where the machine drops those of others
 */
record CniPlugins(Path directory, boolean firewall) implements BridgePlugin {
    private static final String VERSION = "0.4.0";
    private static final String ADDRESS_SIZE = "/24";

    /** There is another program called bridge, so they are found by what they need. */
    static Optional<BridgePlugin> find(String searchPath) {
        return SearchPath.find("static", searchPath)
                .map(Path::getParent)
                .filter(directory -> SearchPath.isProgram(directory.resolve("bridge")))
                .map(directory -> new CniPlugins(directory, SearchPath.isProgram(directory.resolve("firewall"))));
    }

    @Override
    public String name() {
        return "CNI";
    }

    @Override
    public List<BridgeCall> joining(BridgeNetwork network) {
        List<BridgeCall> calls = new ArrayList<>(List.of(call("ADD", "bridge", network, bridge(network))));
        if (firewall) {
            calls.add(call("ADD", "firewall", network, firewall(network)));
        }
        return calls;
    }

    @Override
    public List<BridgeCall> leaving(BridgeNetwork network) {
        List<BridgeCall> calls = new ArrayList<>();
        if (firewall) {
            calls.add(call("DEL", "firewall", network, firewall(network)));
        }
        calls.add(call("DEL", "bridge", network, bridge(network)));
        return calls;
    }

    private BridgeCall call(String command, String plugin, BridgeNetwork network, Map<String, ?> configuration) {
        return BridgeCall.of(
                configuration,
                List.of(
                        "CNI_COMMAND=" + command,
                        "CNI_CONTAINERID=" + BridgeNetwork.PREFIX,
                        "CNI_IFNAME=" + BridgeNetwork.INTERFACE,
                        "CNI_NETNS=" + network.namespace(),
                        "CNI_PATH=" + directory,
                        directory.resolve(plugin).toString()));
    }

    private static Map<String, Object> plugin(BridgeNetwork network, String type) {
        Map<String, Object> configuration = new LinkedHashMap<>();
        configuration.put("cniVersion", VERSION);
        configuration.put("name", network.name());
        configuration.put("type", type);
        return configuration;
    }

    private static Map<String, ?> bridge(BridgeNetwork network) {
        Map<String, Object> configuration = plugin(network, "bridge");
        configuration.put("bridge", network.name());
        configuration.put("isGateway", true);
        configuration.put("ipMasq", true);
        configuration.put(
                "ipam",
                Map.of(
                        "type", "static",
                        "addresses",
                                List.of(Map.of(
                                        "address", network.address() + ADDRESS_SIZE, "gateway", network.gateway())),
                        "routes", List.of(Map.of("dst", "0.0.0.0/0"))));
        return configuration;
    }

    /** With what the plugin before it answers, as everything in it is known. */
    private static Map<String, ?> firewall(BridgeNetwork network) {
        Map<String, Object> configuration = plugin(network, "firewall");
        // Other bridges can't be reached.
        configuration.put("ingressPolicy", "same-bridge");
        configuration.put(
                "prevResult",
                Map.of(
                        "cniVersion", VERSION,
                        "interfaces",
                                List.of(
                                        Map.of("name", network.name()),
                                        Map.of(
                                                "name",
                                                BridgeNetwork.INTERFACE,
                                                "sandbox",
                                                network.namespace().toString())),
                        "ips",
                                List.of(Map.of(
                                        "version",
                                        "4",
                                        "address",
                                        network.address() + ADDRESS_SIZE,
                                        "gateway",
                                        network.gateway(),
                                        "interface",
                                        1))));
        return configuration;
    }
}
