package dev.jbuild.sandbox;

import dev.jbuild.sys.SearchPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes the connections of a network namespace anew, as a user of the host's network. */
record UserModeHelper(Kind kind, Path program) implements NetworkHelper {
    /** Where processes find the name servers that only the host can reach. */
    static final String NAME_SERVER = "10.0.2.3";

    private static final String INTERFACE = "eth0";
    private static final String ADDRESS = "10.0.2.100";
    private static final String GATEWAY = "10.0.2.2";

    /** The preferred one first. */
    enum Kind {
        PASTA("pasta"),
        SLIRP4NETNS("slirp4netns");

        private final String program;

        Kind(String program) {
            this.program = program;
        }
    }

    /** Those that are installed, the preferred one first. */
    static List<NetworkHelper> on(String searchPath) {
        List<NetworkHelper> helpers = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            SearchPath.find(kind.program, searchPath)
                    .ifPresent(program -> helpers.add(new UserModeHelper(kind, program)));
        }
        return helpers;
    }

    @Override
    public String name() {
        return kind.program;
    }

    @Override
    public boolean forwardsNames() {
        return true;
    }

    @Override
    public List<String> holding(Path program, Path directory) throws IOException {
        Path namespace = directory.resolve(NAMESPACE);
        List<String> command = new ArrayList<>(List.of(program.toString(), "network", directory.toString()));
        command.addAll(kind == Kind.PASTA ? pasta(namespace) : slirp4netns(namespace));
        return command;
    }

    private List<String> pasta(Path namespace) throws IOException {
        List<String> command = new ArrayList<>(List.of(program.toString(), "--quiet", "--foreground", "--config-net"));
        // It keeps no capabilities, but as another user it couldn't enter the namespace.
        command.addAll(List.of("--runas", "0"));
        command.addAll(List.of("--ns-ifname", INTERFACE));
        command.addAll(List.of("--address", ADDRESS, "--netmask", "24", "--gateway", GATEWAY));
        // Nothing leads in, and the gateway isn't another name of the host's loopback.
        command.addAll(List.of("-t", "none", "-u", "none", "-T", "none", "-U", "none", "--no-map-gw"));
        HostNetwork.uplinkWithoutDefaultRoute().ifPresent(uplink -> command.addAll(List.of("--interface", uplink)));
        if (NetworkFiles.nameServersAreLocal()) {
            command.addAll(List.of("--dns-forward", NAME_SERVER));
        }
        command.addAll(List.of("--no-netns-quit", "--netns", namespace.toString()));
        return command;
    }

    private List<String> slirp4netns(Path namespace) {
        return List.of(
                program.toString(),
                "--configure",
                "--mtu=65520",
                "--disable-host-loopback",
                "--enable-sandbox",
                "--enable-seccomp",
                "--netns-type=path",
                namespace.toString(),
                INTERFACE);
    }
}
