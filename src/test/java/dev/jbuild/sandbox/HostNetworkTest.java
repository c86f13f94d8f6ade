package dev.jbuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

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
}
