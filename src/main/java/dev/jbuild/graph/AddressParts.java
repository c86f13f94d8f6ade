package dev.jbuild.graph;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An address taken apart by its text alone, as Go's net/url does: neither known hosts nor escapes are checked.
 *
 * @param remote all before {@code ?} and {@code #}, as written
 * @param path what follows the host, decoded
 * @param query between {@code ?} and {@code #}, as written
 * @param fragment after {@code #}, decoded
 */
record AddressParts(String remote, String path, String query, String fragment) {
    static AddressParts split(String address) {
        int hash = address.indexOf('#');
        String whole = hash < 0 ? address : address.substring(0, hash);
        int mark = whole.indexOf('?');
        String remote = mark < 0 ? whole : whole.substring(0, mark);
        int authority = remote.indexOf("://") + 3;
        int slash = remote.indexOf('/', authority);
        return new AddressParts(
                remote,
                slash < 0 ? "" : decode(remote.substring(slash), false),
                mark < 0 ? "" : whole.substring(mark + 1),
                hash < 0 ? "" : decode(address.substring(hash + 1), false));
    }

    /** The last segment of the path, or nothing. */
    String fileName() {
        String base = ContainerPaths.base(path);
        return base.equals("/") || base.equals(".") ? "" : base;
    }

    /** The values of each name in the query, names in their order. */
    Map<String, List<String>> queryPairs() {
        Map<String, List<String>> pairs = new LinkedHashMap<>();
        for (String pair : query.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals), true);
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1), true);
            pairs.computeIfAbsent(name, none -> new ArrayList<>()).add(value);
        }
        return pairs;
    }

    /** What can't be decoded stays as it is. */
    private static String decode(String text, boolean plusIsSpace) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            int high = i + 2 <= bytes.length - 1 ? Character.digit(bytes[i + 1], 16) : -1;
            int low = i + 2 <= bytes.length - 1 ? Character.digit(bytes[i + 2], 16) : -1;
            if (bytes[i] == '%' && high >= 0 && low >= 0) {
                out.write(high << 4 | low);
                i += 2;
            } else {
                out.write(plusIsSpace && bytes[i] == '+' ? ' ' : bytes[i]);
            }
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /** An address as it may be shown: without a password. */
    static String shown(String address) {
        int authority = address.indexOf("://");
        int at = address.indexOf('@', Math.max(0, authority));
        int slash = address.indexOf('/', authority < 0 ? 0 : authority + 3);
        if (authority < 0 || at < 0 || (slash >= 0 && at > slash)) {
            return address;
        }
        String user = address.substring(authority + 3, at);
        int colon = user.indexOf(':');
        return colon < 0
                ? address
                : address.substring(0, authority + 3) + user.substring(0, colon) + ":xxxxx" + address.substring(at);
    }
}
