package dev.jbuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BridgePluginTest {
    private static final BridgeNetwork NETWORK = new BridgeNetwork("10.213", Path.of("/scratch/net"));

    @TempDir
    Path directory;

    private void program(String name) throws IOException {
        Files.createFile(
                directory.resolve(name),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    }

    /** As the native program gives it to the plugin, with the number 5. */
    private static JsonNode input(BridgeCall call) throws IOException {
        return new ObjectMapper().readTree(call.input().replace("\1", "5"));
    }

    @Test
    void netavarkIsToldOfAnIsolatedBridge() throws IOException {
        program("netavark");
        BridgePlugin plugin = NetavarkPlugin.find(directory.toString()).orElseThrow();
        BridgeCall call = plugin.joining(NETWORK).get(0);
        assertThat(call.words()).containsExactly(directory + "/netavark", "setup", "/scratch/net");
        assertThat(plugin.leaving(NETWORK).get(0).words()).contains("teardown");
        JsonNode options = input(call);
        assertThat(options.at("/networks/jbuild5/static_ips/0").asText()).isEqualTo("10.213.5.2");
        assertThat(options.at("/networks/jbuild5/interface_name").asText()).isEqualTo("eth0");
        JsonNode bridge = options.at("/network_info/jbuild5");
        assertThat(bridge.at("/network_interface").asText()).isEqualTo("jbuild5");
        assertThat(bridge.at("/subnets/0/subnet").asText()).isEqualTo("10.213.5.0/24");
        assertThat(bridge.at("/subnets/0/gateway").asText()).isEqualTo("10.213.5.1");
        assertThat(bridge.at("/options/isolate").asText()).isEqualTo("true");
    }

    @Test
    void anotherProgramThatIsCalledBridgeIsNoPlugin() throws IOException {
        program("bridge");
        assertThat(CniPlugins.find(directory.toString())).isEmpty();
    }

    @Test
    void pluginsOfCniAreUndoneTheOtherWayRound() throws IOException {
        program("bridge");
        program("static");
        program("firewall");
        BridgePlugin plugin = CniPlugins.find(directory.toString()).orElseThrow();
        List<BridgeCall> joining = plugin.joining(NETWORK);
        assertThat(joining.get(0).words())
                .containsExactly(
                        "CNI_COMMAND=ADD",
                        "CNI_CONTAINERID=jbuild",
                        "CNI_IFNAME=eth0",
                        "CNI_NETNS=/scratch/net",
                        "CNI_PATH=" + directory,
                        directory + "/bridge");
        assertThat(joining.get(1).words()).endsWith(directory + "/firewall");
        assertThat(input(joining.get(1)).at("/prevResult/ips/0/address").asText())
                .isEqualTo("10.213.5.2/24");
        List<BridgeCall> leaving = plugin.leaving(NETWORK);
        assertThat(leaving.get(0).words()).startsWith("CNI_COMMAND=DEL").endsWith(directory + "/firewall");
        assertThat(leaving.get(1).words()).endsWith(directory + "/bridge");
    }

    @Test
    void whereThereIsNoFirewallPluginTheBridgeIsAll() throws IOException {
        program("bridge");
        program("static");
        BridgePlugin plugin = CniPlugins.find(directory.toString()).orElseThrow();
        assertThat(plugin.joining(NETWORK)).hasSize(1);
        assertThat(plugin.leaving(NETWORK)).hasSize(1);
    }
}
