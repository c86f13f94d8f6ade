package dev.jbuild.sandbox;

import dev.jbuild.sys.SearchPath;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Podman's netavark, as netavark(1) has it. */
record NetavarkPlugin(Path program) implements BridgePlugin {
    static Optional<BridgePlugin> find(String searchPath) {
        return SearchPath.find("netavark", searchPath).map(NetavarkPlugin::new);
    }

    @Override
    public String name() {
        return "netavark";
    }

    @Override
    public List<BridgeCall> joining(BridgeNetwork network) {
        return List.of(call("setup", network));
    }

    @Override
    public List<BridgeCall> leaving(BridgeNetwork network) {
        return List.of(call("teardown", network));
    }

    private BridgeCall call(String what, BridgeNetwork network) {
        return BridgeCall.of(
                options(network),
                List.of(program.toString(), what, network.namespace().toString()));
    }

    private static Map<String, ?> options(BridgeNetwork network) {
        String name = network.name();
        Map<String, ?> ofNamespace =
                Map.of("static_ips", List.of(network.address()), "interface_name", BridgeNetwork.INTERFACE);
        return Map.of(
                "container_id",
                name,
                "container_name",
                name,
                "networks",
                Map.of(name, ofNamespace),
                "network_info",
                Map.of(name, bridge(network)));
    }

    private static Map<String, ?> bridge(BridgeNetwork network) {
        return Map.of(
                "name", network.name(),
                "id", network.name(),
                "driver", "bridge",
                "network_interface", network.name(),
                "subnets", List.of(Map.of("subnet", network.subnet(), "gateway", network.gateway())),
                "ipv6_enabled", false,
                "internal", false,
                "dns_enabled", false,
                "ipam_options", Map.of("driver", "host-local"),
                // Other bridges that are isolated can't be reached.
                "options", Map.of("isolate", "true"));
    }
}
