package dev.jbuild.oci;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The grammar of distribution/reference: {@code [domain/]path[:tag][@digest]}.
 *
 * <p>The text is cut at its separators first, so that each pattern is a plain loop: linear time, no deep recursion.
 */
final class ReferenceGrammar {
    private static final Pattern DOMAIN_COMPONENT = Pattern.compile("[a-zA-Z0-9-]+");
    private static final Pattern IPV6 = Pattern.compile("\\[[a-fA-F0-9:]+\\]");
    private static final Pattern PORT = Pattern.compile("[0-9]+");
    private static final Pattern ALPHANUMERIC = Pattern.compile("[a-z0-9]+");
    private static final Pattern PATH_SEPARATOR = Pattern.compile("__|[._]|-+");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
    private static final Pattern ALGORITHM_SEPARATOR = Pattern.compile("[-_+.]");
    private static final Pattern ALGORITHM_COMPONENT = Pattern.compile("[A-Za-z][A-Za-z0-9]*");
    private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]{32,}");

    private ReferenceGrammar() {}

    /** The parts of a reference; an empty domain when there is none. */
    record Parts(String domain, String path, Optional<String> tag, Optional<String> digest) {}

    static Optional<Parts> split(String text) {
        String rest = text;
        Optional<String> digest = Optional.empty();
        int at = rest.indexOf('@');
        if (at >= 0) {
            digest = Optional.of(rest.substring(at + 1));
            rest = rest.substring(0, at);
        }
        Optional<String> tag = Optional.empty();
        int colon = rest.lastIndexOf(':');
        if (colon > rest.lastIndexOf('/')) {
            tag = Optional.of(rest.substring(colon + 1));
            rest = rest.substring(0, colon);
        }
        boolean valid = tag.stream().allMatch(t -> TAG.matcher(t).matches())
                && digest.stream().allMatch(ReferenceGrammar::isDigest);
        return valid ? named(rest, tag, digest) : Optional.empty();
    }

    private static Optional<Parts> named(String name, Optional<String> tag, Optional<String> digest) {
        int slash = name.indexOf('/');
        boolean hasDomain = slash > 0 && isDomain(name.substring(0, slash));
        String path = hasDomain ? name.substring(slash + 1) : name;
        if (!isPath(path)) {
            return Optional.empty();
        }
        return Optional.of(new Parts(hasDomain ? name.substring(0, slash) : "", path, tag, digest));
    }

    private static boolean isDomain(String text) {
        int colon = text.lastIndexOf(':');
        boolean hasPort = colon > text.lastIndexOf(']');
        String host = hasPort ? text.substring(0, colon) : text;
        return (isDomainName(host) || IPV6.matcher(host).matches())
                && (!hasPort || PORT.matcher(text.substring(colon + 1)).matches());
    }

    private static boolean isDomainName(String text) {
        for (String component : text.split("\\.", -1)) {
            if (!DOMAIN_COMPONENT.matcher(component).matches()
                    || component.startsWith("-")
                    || component.endsWith("-")) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPath(String text) {
        for (String component : text.split("/", -1)) {
            for (String word : PATH_SEPARATOR.split(component, -1)) {
                if (!ALPHANUMERIC.matcher(word).matches()) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean isDigest(String text) {
        int colon = text.indexOf(':');
        if (colon < 0 || !HEX.matcher(text.substring(colon + 1)).matches()) {
            return false;
        }
        for (String component : ALGORITHM_SEPARATOR.split(text.substring(0, colon), -1)) {
            if (!ALGORITHM_COMPONENT.matcher(component).matches()) {
                return false;
            }
        }
        return true;
    }

    /** The digest of a reference, told apart in its errors as distribution does. */
    static Digest digest(String text) {
        int colon = text.indexOf(':');
        String algorithm = text.substring(0, colon);
        String hex = text.substring(colon + 1);
        int length = algorithm.equals("sha256") ? 64 : algorithm.equals("sha512") ? 128 : -1;
        if (length < 0) {
            throw new IllegalArgumentException("unsupported digest algorithm");
        }
        if (hex.length() != length) {
            throw new IllegalArgumentException("invalid checksum digest length");
        }
        if (!hex.chars().allMatch(c -> c < 'A' || c > 'Z')) {
            throw new IllegalArgumentException("invalid checksum digest format");
        }
        return new Digest(algorithm, hex);
    }
}
