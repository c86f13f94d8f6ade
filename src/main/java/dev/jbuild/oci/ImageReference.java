package dev.jbuild.oci;

import java.util.Optional;

/**
 * The name of an image: a registry's domain, a repository path, and a tag, a digest or both, by the grammar of
 * distribution/reference.
 *
 * @param domain such as {@code docker.io} or {@code localhost:5000}
 * @param path such as {@code library/busybox}
 */
public record ImageReference(String domain, String path, Optional<String> tag, Optional<Digest> digest) {

    /**
     * Parses a name as people write it and completes it as docker does: {@code busybox} becomes
     * {@code docker.io/library/busybox:latest}. The tag is added only where there is neither tag nor digest.
     *
     * @throws IllegalArgumentException if it isn't a reference; the message says why
     */
    public static ImageReference parse(String text) {
        throw new IllegalArgumentException("invalid reference format: " + text);
    }

    /** Domain and path. */
    public String name() {
        return domain + "/" + path;
    }

    /** The short form that people are shown: {@code busybox:latest}. */
    public String familiar() {
        return toString();
    }

    public ImageReference withDigest(Digest value) {
        return new ImageReference(domain, path, tag, Optional.of(value));
    }

    /** The full form. */
    @Override
    public String toString() {
        return name()
                + tag.map(t -> ":" + t).orElse("")
                + digest.map(d -> "@" + d).orElse("");
    }
}
