package dev.jbuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class HostNetworkTest {
    private static final String HEADER = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask";
    private static final String DEFAULT = "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000";
    private static final String NEIGHBOURS = "wlan0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF";
    private static final String NOWHERE = "0".repeat(32);
    private static final String REFUSING =
            NOWHERE + " 00 " + NOWHERE + " 00 " + NOWHERE + " ffffffff 00000001 00000000 00200200       lo";
    private static final String DEFAULT6 = NOWHERE + " 00 " + NOWHERE
            + " 00 fd000000000000000000000000000001 00000400 00000002 00000000 00000003     eth0";

    @Test
    void whereARouteLeadsEverywhereHelpersFindIt() {
        assertThat(HostNetwork.uplinkWithoutDefaultRoute(List.of(HEADER, NEIGHBOURS, DEFAULT), List.of(REFUSING)))
                .isEmpty();
        assertThat(HostNetwork.uplinkWithoutDefaultRoute(List.of(HEADER, NEIGHBOURS), List.of(DEFAULT6, REFUSING)))
                .isEmpty();
    }

    @Test
    void elsewhereTheFirstInterfaceWithARouteIsIt() {
        assertThat(HostNetwork.uplinkWithoutDefaultRoute(List.of(HEADER, NEIGHBOURS), List.of(REFUSING)))
                .contains("wlan0");
        assertThat(HostNetwork.uplinkWithoutDefaultRoute(List.of(HEADER), List.of(REFUSING)))
                .isEmpty();
        assertThat(HostNetwork.uplinkWithoutDefaultRoute(List.of(), List.of())).isEmpty();
    }

    private static String route(String network, String destination, String mask) {
        return network + "\t" + destination + "\t00000000\t0001\t0\t0\t0\t" + mask;
    }

    @Test
    void bridgesGetAddressesThatLeadNowhereElse() throws IOException {
        assertThat(HostNetwork.freeBlock(List.of())).isEqualTo("10.213");
        assertThat(HostNetwork.freeBlock(List.of(HEADER, DEFAULT, NEIGHBOURS))).isEqualTo("10.213");
        String within = route("eth1", "0007D50A", "00FFFFFF");
        assertThat(HostNetwork.freeBlock(List.of(HEADER, within))).isEqualTo("10.214");
        assertThat(HostNetwork.freeBlock(List.of(HEADER, route("jbuild7", "0007D50A", "00FFFFFF"))))
                .isEqualTo("10.213");
        String wide = route("tun0", "0000D00A", "0000F0FF");
        assertThat(HostNetwork.freeBlock(List.of(HEADER, within, wide))).isEqualTo("10.224");
    }

    @Test
    void halfOfEverythingIsNoReasonButAllPrivateAddressesAre() throws IOException {
        assertThat(HostNetwork.freeBlock(List.of(HEADER, route("tun0", "00000000", "00000080"))))
                .isEqualTo("10.213");
        assertThatThrownBy(() -> HostNetwork.freeBlock(List.of(HEADER, route("tun0", "0000000A", "000000FF"))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("in use by routes of this machine");
    }
}
