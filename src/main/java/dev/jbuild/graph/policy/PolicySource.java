package dev.jbuild.graph.policy;

import java.util.Map;
import java.util.TreeMap;

/**
 * A source as rules see it.
 *
 * @param identifier such as {@code docker-image://docker.io/library/busybox:latest} or {@code git://example.com/a.git#main}
 * @param attributes such as {@code http.checksum}
 */
public record PolicySource(String identifier, Map<String, String> attributes) {
    public PolicySource {
        attributes = Map.copyOf(attributes);
    }

    /** A source without attributes. */
    public static PolicySource of(String identifier) {
        return new PolicySource(identifier, Map.of());
    }

    /** This source with another identifier and with attributes set. */
    PolicySource changed(String newIdentifier, Map<String, String> newAttributes) {
        Map<String, String> all = new TreeMap<>(attributes);
        all.putAll(newAttributes);
        return new PolicySource(newIdentifier.isEmpty() ? identifier : newIdentifier, all);
    }

    String attribute(String name) {
        return attributes.getOrDefault(name, "");
    }
}
