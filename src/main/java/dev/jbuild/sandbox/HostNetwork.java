package dev.jbuild.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Which interface of the host leads out. */
final class HostNetwork {
    private static final String LOOPBACK = "lo";
    /** Columns of {@code /proc/net/route}. */
    private static final int INTERFACE = 0;

    private static final int DESTINATION = 1;
    private static final int MASK = 7;

    /** Blocks of addresses 10.x that others rarely choose. */
    private static final int FIRST_BLOCK = 213;

    private static final int END_OF_BLOCKS = 254;
    private static final long BLOCK_MASK = 0xffff0000L;

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

    /** The first two numbers of addresses that lead nowhere from here, but for those of bridges. */
    static String freeBlock() throws IOException {
        return freeBlock(lines("/proc/net/route"));
    }

    /** From the kernel's table of routes. */
    static String freeBlock(List<String> routes) throws IOException {
        List<String[]> others = routes.stream()
                .skip(1)
                .map(line -> line.split("\t", -1))
                .filter(columns -> columns.length > MASK)
                .filter(columns -> !columns[INTERFACE].startsWith(BridgeNetwork.PREFIX))
                .toList();
        return IntStream.range(FIRST_BLOCK, END_OF_BLOCKS)
                .filter(second -> others.stream().noneMatch(columns -> overlaps(columns, second)))
                .mapToObj(second -> "10." + second)
                .findFirst()
                .orElseThrow(() ->
                        new IOException("every block of addresses for bridges is in use by routes of this machine"));
    }

    /** Routes of everything, and of more than half of everything, say nothing of a block. */
    private static boolean overlaps(String[] columns, int second) {
        long destination = address(columns[DESTINATION]);
        long mask = address(columns[MASK]);
        long narrower = mask & BLOCK_MASK;
        return Long.bitCount(mask) > 1 && (destination & narrower) == ((10L << 24 | (long) second << 16) & narrower);
    }

    /** Its first byte is printed last. */
    private static long address(String hexadecimal) {
        return Integer.toUnsignedLong(Integer.reverseBytes(Integer.parseUnsignedInt(hexadecimal, 16)));
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
