package dev.jbuild.sandbox;

import java.util.List;

/** What {@code /etc/resolv.conf} says in place of the host's; empty lists leave the host's as they are. */
public record NameServers(List<String> servers, List<String> searches, List<String> options) {
    public static final NameServers OF_HOST = new NameServers(List.of(), List.of(), List.of());

    public NameServers {
        servers = List.copyOf(servers);
        searches = List.copyOf(searches);
        options = List.copyOf(options);
    }
}
