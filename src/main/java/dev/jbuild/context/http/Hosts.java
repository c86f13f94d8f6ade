package dev.jbuild.context.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/** A list of hosts as {@code NO_PROXY} gives it. This machine itself always belongs to it. */
record Hosts(List<String> patterns) {
    boolean contains(String host, int port) {
        String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        Optional<InetAddress> address = address(name);
        if (name.equals("localhost")
                || address.filter(InetAddress::isLoopbackAddress).isPresent()) {
            return true;
        }
        return patterns.stream().anyMatch(pattern -> matches(pattern, name, port, address));
    }

    private static boolean matches(String pattern, String host, int port, Optional<InetAddress> address) {
        if (pattern.equals("*")) {
            return true;
        }
        if (pattern.contains("/")) {
            return address.isPresent() && inRange(address.get(), pattern);
        }
        String domain = pattern;
        int colon = pattern.lastIndexOf(':');
        if (colon > 0 && pattern.indexOf(':') == colon) {
            domain = pattern.substring(0, colon);
            if (!pattern.substring(colon + 1).equals(Integer.toString(port))) {
                return false;
            }
        }
        if (domain.startsWith("*.")) {
            domain = domain.substring(1);
        }
        // A leading dot stands for names below the domain only, as Go has it.
        return domain.startsWith(".") ? host.endsWith(domain) : host.equals(domain) || host.endsWith("." + domain);
    }

    /** Only what is written as an address: names are not looked up. */
    private static Optional<InetAddress> address(String text) {
        if (!text.contains(":") && !text.matches("[0-9.]+")) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(text));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    private static boolean inRange(InetAddress address, String range) {
        int slash = range.indexOf('/');
        Optional<InetAddress> network = address(range.substring(0, slash));
        if (network.isEmpty() || !range.substring(slash + 1).matches("[0-9]{1,3}")) {
            return false;
        }
        byte[] ours = address.getAddress();
        byte[] theirs = network.get().getAddress();
        int bits = Integer.parseInt(range.substring(slash + 1));
        if (ours.length != theirs.length || bits > ours.length * 8) {
            return false;
        }
        for (int i = 0; i < bits; i++) {
            int mask = 0x80 >> (i % 8);
            if ((ours[i / 8] & mask) != (theirs[i / 8] & mask)) {
                return false;
            }
        }
        return true;
    }
}
