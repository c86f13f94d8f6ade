package dev.jbuild.buildfile;

import com.google.common.net.InetAddresses;
import dev.jbuild.problem.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The ports that the words of EXPOSE stand for. */
public final class ExposedPorts {
    private static final Set<String> PROTOCOLS = Set.of("tcp", "udp", "sctp");
    private static final int HIGHEST = 65535;

    private ExposedPorts() {}

    /** The ports of all words of an EXPOSE whose variables are expanded. */
    public static List<String> of(Instruction.Expose expose) throws UserError {
        List<String> ports = new ArrayList<>();
        for (String word : expose.ports()) {
            ports.addAll(parse(word));
        }
        return ports;
    }

    /** All ports of a word of the form {@code [[ip:]host:]port[-port][/protocol]}, each as {@code port/protocol}. */
    public static List<String> parse(String word) throws UserError {
        Parts parts = Parts.of(word);
        String ports = parts.ports();
        String protocol = parts.protocol();
        checkAddress(parts.address());
        Range range = range(ports, "containerPort");
        if (!parts.host().isEmpty()) {
            Range host = range(parts.host(), "hostPort");
            if (range.size() != host.size() && range.size() != 1) {
                throw new UserError(
                        "invalid ranges specified for container and host Ports: " + ports + " and " + parts.host());
            }
        }
        List<String> all = new ArrayList<>();
        for (int port = range.first(); port <= range.last(); port++) {
            all.add(port + "/" + (protocol.isEmpty() ? "tcp" : Text.lower(protocol)));
        }
        return all;
    }

    /** A word split at its colons. */
    record Parts(String address, String host, String container) {
        /** The protocol as written, or an empty text. */
        String protocol() {
            int slash = container.indexOf('/');
            return slash < 0 ? "" : container.substring(slash + 1);
        }

        /** The port or range of ports of the container. */
        String ports() {
            int slash = container.indexOf('/');
            return slash < 0 ? container : container.substring(0, slash);
        }

        /** The parts of a word; fails when there is no port or no such protocol. */
        static Parts of(String word) throws UserError {
            Parts parts = split(word);
            checkForm(word, parts.ports(), parts.protocol());
            return parts;
        }

        private static Parts split(String word) {
            int last = word.lastIndexOf(':');
            if (last < 0) {
                return new Parts("", "", word);
            }
            int middle = last == 0 ? -1 : word.lastIndexOf(':', last - 1);
            String address = middle < 0 ? "" : word.substring(0, middle);
            return new Parts(address, word.substring(middle + 1, last), word.substring(last + 1));
        }
    }

    private static void checkForm(String word, String ports, String protocol) throws UserError {
        String prefix = "invalid port: " + Text.quote(word) + ": ";
        if (ports.isEmpty()) {
            throw new UserError(prefix + "no port specified");
        }
        if (!protocol.isEmpty() && !PROTOCOLS.contains(Text.lower(protocol))) {
            throw new UserError(prefix + "invalid proto: " + protocol);
        }
    }

    private static void checkAddress(String address) throws UserError {
        boolean bracketed = address.startsWith("[");
        if (bracketed && (!address.endsWith("]") || address.indexOf('[', 1) > 0)) {
            throw new UserError("invalid IP address " + address);
        }
        String bare = bracketed ? address.substring(1, address.length() - 1) : address;
        boolean scoped = bare.indexOf('%') >= 0;
        if (!bare.isEmpty() && (scoped || !InetAddresses.isInetAddress(bare))) {
            throw new UserError("invalid IP address: " + bare);
        }
    }

    private record Range(int first, int last) {
        int size() {
            return last - first + 1;
        }
    }

    private static Range range(String ports, String what) throws UserError {
        int dash = ports.indexOf('-');
        String start = dash < 0 ? ports : ports.substring(0, dash);
        String end = dash < 0 ? start : ports.substring(dash + 1);
        int first = port(start);
        int last = port(end);
        if (first < 0 || last < first) {
            throw new UserError("invalid " + what + ": " + ports);
        }
        return new Range(first, last);
    }

    /** A port's number, or -1 when it is none. */
    private static int port(String text) {
        if (!text.matches("[+]?[0-9]+")) {
            return text.matches("-0+") ? 0 : -1;
        }
        String digits = text.replaceFirst("^[+]?0*(?=.)", "");
        int port = digits.length() > 5 ? -1 : Integer.parseInt(digits);
        return port > HIGHEST ? -1 : port;
    }
}
