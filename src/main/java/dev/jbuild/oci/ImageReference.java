package dev.jbuild.oci;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of an image: a registry's domain, a repository path, and a tag, a digest or both, by the grammar of
 * distribution/reference.
 *
 * @param domain such as {@code docker.io} or {@code localhost:5000}; empty only after {@link #parseStrict}
 * @param path such as {@code library/busybox}
 */
public record ImageReference(String domain, String path, Optional<String> tag, Optional<Digest> digest) {
    private static final String DEFAULT_DOMAIN = "docker.io";
    private static final String LEGACY_DEFAULT_DOMAIN = "index.docker.io";
    private static final String OFFICIAL_PREFIX = "library/";
    private static final int LONGEST_PATH = 255;
    private static final Pattern IMAGE_ID = Pattern.compile("[a-f0-9]{64}");

    /**
     * Parses a name as people write it and completes it as docker does: {@code busybox} becomes
     * {@code docker.io/library/busybox:latest}. The tag is added only where there is neither tag nor digest.
     *
     * @throws IllegalArgumentException if it isn't a reference; the message says why
     */
    public static ImageReference parse(String text) {
        return parseNormalized(text).withDefaultTag();
    }

    /**
     * Parses a name as people write it and completes domain and path, but adds no tag.
     *
     * @throws IllegalArgumentException if it isn't a reference; the message says why
     */
    public static ImageReference parseNormalized(String text) {
        if (IMAGE_ID.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "invalid repository name (" + text + "), cannot specify 64-byte hexadecimal strings");
        }
        String domain = domainOf(text);
        String rest = domain.isEmpty() ? text : text.substring(domain.length() + 1);
        if (domain.isEmpty() || domain.equals(LEGACY_DEFAULT_DOMAIN)) {
            domain = DEFAULT_DOMAIN;
        }
        if (domain.equals(DEFAULT_DOMAIN) && rest.indexOf('/') < 0) {
            rest = OFFICIAL_PREFIX + rest;
        }
        int colon = rest.indexOf(':');
        String repository = colon < 0 ? rest : rest.substring(0, colon);
        if (!repository.equals(repository.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException(
                    "invalid reference format: repository name (" + repository + ") must be lowercase");
        }
        return parseStrict(domain + "/" + rest);
    }

    /** The first segment, where it can't be a namespace of Docker Hub; else the empty string. */
    private static String domainOf(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return "";
        }
        String first = text.substring(0, slash);
        boolean isDomain = first.equals("localhost")
                || first.indexOf('.') >= 0
                || first.indexOf(':') >= 0
                || !first.equals(first.toLowerCase(Locale.ROOT));
        return isDomain ? first : "";
    }

    /**
     * Parses by the grammar alone, without completing anything: {@code busybox} has no domain and no tag.
     *
     * @throws IllegalArgumentException if it isn't a reference; the message says why
     */
    public static ImageReference parseStrict(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("repository name must have at least one component");
        }
        ReferenceGrammar.Parts parts = ReferenceGrammar.split(text).orElseThrow(() -> notAReference(text));
        if (parts.path().length() > LONGEST_PATH) {
            throw new IllegalArgumentException("repository name must not be more than " + LONGEST_PATH + " characters");
        }
        return new ImageReference(
                parts.domain(), parts.path(), parts.tag(), parts.digest().map(ReferenceGrammar::digest));
    }

    private static IllegalArgumentException notAReference(String text) {
        boolean onlyCaseIsWrong =
                ReferenceGrammar.split(text.toLowerCase(Locale.ROOT)).isPresent();
        return new IllegalArgumentException(
                onlyCaseIsWrong ? "repository name must be lowercase" : "invalid reference format");
    }

    /** The image ID that a text is, with or without {@code sha256:}; such a text names no repository. */
    public static Optional<Digest> imageId(String text) {
        try {
            return Optional.of(IMAGE_ID.matcher(text).matches() ? new Digest("sha256", text) : Digest.parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Domain and path. */
    public String name() {
        return domain.isEmpty() ? path : domain + "/" + path;
    }

    /** Whether there is neither a tag nor a digest. */
    public boolean isNameOnly() {
        return tag.isEmpty() && digest.isEmpty();
    }

    /** The short form of the name that people are shown: {@code busybox}. */
    public String familiarName() {
        if (!domain.equals(DEFAULT_DOMAIN)) {
            return name();
        }
        boolean official = path.startsWith(OFFICIAL_PREFIX) && path.indexOf('/', OFFICIAL_PREFIX.length()) < 0;
        return official ? path.substring(OFFICIAL_PREFIX.length()) : path;
    }

    /** The short form that people are shown: {@code busybox:latest}. */
    public String familiar() {
        return familiarName() + suffix();
    }

    /** As {@link #familiar}, without a tag that is {@code latest}. */
    public String shortName() {
        String familiar = familiar();
        return familiar.endsWith(":latest") ? familiar.substring(0, familiar.length() - ":latest".length()) : familiar;
    }

    public ImageReference withDigest(Digest value) {
        return new ImageReference(domain, path, tag, Optional.of(value));
    }

    public ImageReference withTag(String value) {
        return new ImageReference(domain, path, Optional.of(value), digest);
    }

    /** This name, with the tag {@code latest} if it has neither tag nor digest. */
    public ImageReference withDefaultTag() {
        return isNameOnly() ? withTag("latest") : this;
    }

    /** This name without its tag where a digest says it all, as docker asks registries. */
    public ImageReference preferringDigest() {
        return digest.isPresent() ? new ImageReference(domain, path, Optional.empty(), digest) : this;
    }

    private String suffix() {
        return tag.map(t -> ":" + t).orElse("") + digest.map(d -> "@" + d).orElse("");
    }

    /** The full form. */
    @Override
    public String toString() {
        return name() + suffix();
    }
}
