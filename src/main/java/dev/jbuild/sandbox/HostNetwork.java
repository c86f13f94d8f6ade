package dev.jbuild.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Which interface of the host leads out. */
final class HostNetwork {
    private static final String LOOPBACK = "lo";
    /** Columns of {@code /proc/net/route}. */
    private static final int INTERFACE = 0;

    private static final int DESTINATION = 1;

    private HostNetwork() {}

    /** The interface that leads out where none is said to lead everywhere. */
    static Optional<String> uplinkWithoutDefaultRoute() throws IOException {
        return uplinkWithoutDefaultRoute(lines("/proc/net/route"), lines("/proc/net/ipv6_route"));
    }

    private static List<String> lines(String file) throws IOException {
        try {
            return Files.readAllLines(Path.of(file), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    /** From the kernel's tables of routes. */
    static Optional<String> uplinkWithoutDefaultRoute(List<String> routes, List<String> routes6) {
        List<String[]> fields = routes.stream()
                .skip(1)
                .map(line -> line.split("\t", -1))
                .filter(columns -> columns.length > DESTINATION)
                .toList();
        boolean everywhere = fields.stream().anyMatch(columns -> columns[DESTINATION].equals("00000000"))
                || routes6.stream().anyMatch(HostNetwork::isDefault);
        return everywhere
                ? Optional.empty()
                : fields.stream().map(columns -> columns[INTERFACE].strip()).findFirst();
    }

    /** The kernel always has such a route of loopback, which refuses. */
    private static boolean isDefault(String route) {
        String[] columns = route.strip().split("\\s+", -1);
        return columns.length > 1
                && columns[0].equals("0".repeat(32))
                && columns[1].equals("00")
                && !columns[columns.length - 1].equals(LOOPBACK);
    }
}
