package dev.jbuild.containers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What went through the network of a container so far.
 *
 * @param received in bytes, not counting loopback
 */
public record NetworkCount(long received, long sent) {
    public static final NetworkCount NONE = new NetworkCount(0, 0);
    private static final int SENT = 8;

    /** Of the network that a process is in; nothing if it is gone. */
    public static NetworkCount ofProcess(long pid) {
        try {
            return parse(Files.readString(Path.of("/proc/" + pid + "/net/dev"), StandardCharsets.US_ASCII));
        } catch (IOException e) {
            return NONE;
        }
    }

    /** Of a table with two lines of headings, and then an interface a line: name, colon, eight numbers, eight more. */
    static NetworkCount parse(String table) {
        long received = 0;
        long sent = 0;
        for (String line : table.lines().skip(2).toList()) {
            int colon = line.indexOf(':');
            String[] numbers = line.substring(colon + 1).strip().split("\\s+", -1);
            if (colon > 0
                    && numbers.length > SENT
                    && !line.substring(0, colon).strip().equals("lo")) {
                received += Long.parseLong(numbers[0]);
                sent += Long.parseLong(numbers[SENT]);
            }
        }
        return new NetworkCount(received, sent);
    }
}
