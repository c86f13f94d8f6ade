package dev.jbuild.cache.remote;

import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What records are called in a registry. */
final class RecordTags {
    /** As much as leaves room for a key's digits in a tag of 128 characters. */
    private static final int LONGEST_PREFIX = 63;

    private RecordTags() {}

    /** The tag of its own that a record has: that of the cache and the digits of the key. */
    static ImageReference of(ImageReference cache, Digest key) {
        String tag = cache.tag().orElse("latest");
        String prefix = tag.length() <= LONGEST_PREFIX
                ? tag
                : Digest.sha256(tag.getBytes(StandardCharsets.UTF_8)).hex().substring(0, LONGEST_PREFIX);
        return new ImageReference(
                cache.domain(), cache.path(), Optional.of(prefix + "-" + key.hex()), Optional.empty());
    }

    /** The manifest of this digest in the same repository. */
    static ImageReference exact(ImageReference cache, Digest manifest) {
        return new ImageReference(cache.domain(), cache.path(), Optional.empty(), Optional.of(manifest));
    }
}
