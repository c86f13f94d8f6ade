package dev.jbuild.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The contents of {@code /etc/resolv.conf} and {@code /etc/hosts} of a container, as BuildKit writes them. */
final class NetworkFiles {
    private static final Path HOST_RESOLV_CONF = Path.of("/etc/resolv.conf");
    /** Where systemd-resolved keeps the name servers behind its own, which listens on a loopback address. */
    private static final Path SYSTEMD_RESOLV_CONF = Path.of("/run/systemd/resolve/resolv.conf");

    private static final Pattern NAME_SERVER = Pattern.compile("nameserver\\s+(\\S+).*");
    private static final Pattern LOOPBACK = Pattern.compile("127\\.\\d+\\.\\d+\\.\\d+|::1");
    private static final List<String> PUBLIC_NAME_SERVERS = List.of(
            "nameserver 8.8.8.8",
            "nameserver 8.8.4.4",
            "nameserver 2001:4860:4860::8888",
            "nameserver 2001:4860:4860::8844");

    private NetworkFiles() {}

    /** One char a byte. */
    static String resolvConf(NetworkPlace network, NameServers wanted) throws IOException {
        return replaced(resolvConf(network), wanted);
    }

    /** With the lines of some kinds replaced by others. */
    static String replaced(String text, NameServers wanted) {
        StringBuilder lines = new StringBuilder();
        text.lines()
                .filter(line -> !isReplaced(line, wanted))
                .forEach(line -> lines.append(line).append('\n'));
        wanted.servers()
                .forEach(server -> lines.append("nameserver ").append(server).append('\n'));
        if (!wanted.searches().isEmpty() && !wanted.searches().equals(List.of("."))) {
            lines.append("search ").append(String.join(" ", wanted.searches())).append('\n');
        }
        if (!wanted.options().isEmpty()) {
            lines.append("options ").append(String.join(" ", wanted.options())).append('\n');
        }
        return lines.toString();
    }

    private static boolean isReplaced(String line, NameServers wanted) {
        String keyword = line.strip().split("\\s+", 2)[0];
        return switch (keyword) {
            case "nameserver" -> !wanted.servers().isEmpty();
            case "search", "domain" -> !wanted.searches().isEmpty();
            case "options" -> !wanted.options().isEmpty();
            default -> false;
        };
    }

    private static String resolvConf(NetworkPlace network) throws IOException {
        String host = read(HOST_RESOLV_CONF);
        if (network.mode() == NetworkMode.HOST) {
            return nameServers(host).isEmpty() ? reachable(host) : host;
        }
        String elsewhere = nameServersElsewhere(host);
        return network.forwardsNames() && areLocal(elsewhere) ? forwarded(elsewhere) : reachable(elsewhere);
    }

    private static String nameServersElsewhere(String host) throws IOException {
        return nameServers(host).equals(List.of("127.0.0.53")) ? read(SYSTEMD_RESOLV_CONF) : host;
    }

    /** Whether only the host can reach its name servers, as they listen on its loopback. */
    static boolean nameServersAreLocal() throws IOException {
        return areLocal(nameServersElsewhere(read(HOST_RESOLV_CONF)));
    }

    /** Those that helpers can forward to, which are none of IPv6. */
    static boolean areLocal(String text) {
        List<String> servers = nameServers(text);
        return servers.stream().allMatch(NetworkFiles::isLoopback)
                && servers.stream().anyMatch(server -> server.startsWith("127."));
    }

    /** With the one name server that leads to those on the host's loopback. */
    static String forwarded(String text) {
        return withoutLoopback(text) + "nameserver " + UserModeHelper.NAME_SERVER + "\n";
    }

    private static String read(Path file) throws IOException {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    private static List<String> nameServers(String text) {
        return text.lines()
                .map(NAME_SERVER::matcher)
                .filter(matcher -> matcher.matches())
                .map(matcher -> matcher.group(1))
                .toList();
    }

    /** Without name servers on the host's loopback, which the container can't reach; public ones if none is left. */
    static String reachable(String text) {
        String kept = withoutLoopback(text);
        return nameServers(kept).isEmpty() ? kept + String.join("\n", PUBLIC_NAME_SERVERS) + "\n" : kept;
    }

    private static String withoutLoopback(String text) {
        return text.lines()
                .filter(line -> nameServers(line).stream().noneMatch(NetworkFiles::isLoopback))
                .map(line -> line + "\n")
                .collect(Collectors.joining());
    }

    private static boolean isLoopback(String server) {
        return LOOPBACK.matcher(server).matches();
    }

    static String hosts(String hostname, List<String> more) {
        String name = hostname.isEmpty() ? "buildkitsandbox" : hostname;
        StringBuilder text =
                new StringBuilder("127.0.0.1\tlocalhost ").append(name).append('\n');
        text.append("::1\tlocalhost ip6-localhost ip6-loopback\n");
        more.forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }
}
