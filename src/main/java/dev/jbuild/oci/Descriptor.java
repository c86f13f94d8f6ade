package dev.jbuild.oci;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A reference to content (descriptor.md).
 *
 * @param size bytes
 */
public record Descriptor(
        String mediaType, Digest digest, long size, Map<String, String> annotations, Optional<Platform> platform) {
    public Descriptor {
        if (size < 0) {
            throw new IllegalArgumentException("negative size of " + digest);
        }
        annotations = Collections.unmodifiableMap(new TreeMap<>(annotations));
    }

    public Descriptor(String mediaType, Digest digest, long size) {
        this(mediaType, digest, size, Map.of(), Optional.empty());
    }

    public Descriptor withAnnotation(String key, String value) {
        Map<String, String> more = new TreeMap<>(annotations);
        more.put(key, value);
        return new Descriptor(mediaType, digest, size, more, platform);
    }

    public Descriptor withPlatform(Platform value) {
        return new Descriptor(mediaType, digest, size, annotations, Optional.of(value));
    }
}
