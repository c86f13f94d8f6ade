package dev.jbuild.solver.caches;

import dev.jbuild.oci.Digest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * What a cache was made for.
 *
 * @param fullId the namespace ({@code BUILDKIT_CACHE_MOUNT_NS}, mostly empty), a slash, and the id of the mount
 * @param origin what the directory begins with; caches with the same id and another origin are others
 */
record CacheRecord(String fullId, String origin) {
    /** The name of its directories, without the generation. */
    String name() {
        String text = fullId + "\0" + origin;
        return Digest.sha256(text.getBytes(StandardCharsets.UTF_8)).hex().substring(0, 32);
    }

    String namespace() {
        return fullId.contains("/") ? fullId.substring(0, fullId.indexOf('/')) : "";
    }

    String id() {
        return fullId.substring(fullId.indexOf('/') + 1);
    }

    /** The same in another namespace or under another id. */
    CacheRecord as(String namespace, String id) {
        return new CacheRecord(namespace + "/" + id, origin);
    }

    /** The full id in the first line, the origin in the second. */
    String toText() {
        return fullId + "\n" + origin + "\n";
    }

    /** A jbuild that didn't note the origin wrote the first line only. */
    static Optional<CacheRecord> parse(String text) {
        List<String> lines = text.lines().toList();
        return lines.isEmpty()
                ? Optional.empty()
                : Optional.of(new CacheRecord(lines.get(0), lines.size() > 1 ? lines.get(1) : ""));
    }
}
