package dev.jbuild.engine;

import dev.jbuild.oci.Digest;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An image in an OCI layout directory, as {@code oci-layout://DIR[:TAG][@DIGEST]} names it.
 *
 * @param path the directory
 */
record LayoutAddress(String path, Optional<String> tag, Optional<Digest> digest) {
    private static final Pattern TAG = Pattern.compile("(.*):([a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127})");

    /** Reads what follows {@code oci-layout:}, with slashes or without. */
    static LayoutAddress parse(String text) {
        String path = text.startsWith("//") ? text.substring(2) : text;
        Optional<Digest> digest = Optional.empty();
        int at = path.lastIndexOf('@');
        if (at >= 0) {
            digest = digest(path.substring(at + 1));
            path = digest.isPresent() ? path.substring(0, at) : path;
        }
        Matcher tagged = TAG.matcher(path);
        return tagged.matches()
                ? new LayoutAddress(tagged.group(1), Optional.of(tagged.group(2)), digest)
                : new LayoutAddress(path, Optional.empty(), digest);
    }

    private static Optional<Digest> digest(String text) {
        try {
            return Optional.of(Digest.parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
