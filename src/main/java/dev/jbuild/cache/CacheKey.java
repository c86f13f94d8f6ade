package dev.jbuild.cache;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.oci.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Collection;

/**
 * The content key of a step: the digest of a readable preimage that says what was asked and of what content it was
 * asked. Two steps with the same preimage have the same result.
 *
 * @param preimage JSON; its members are in the order they were added
 */
public record CacheKey(Digest digest, String preimage) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Begins the key of a kind of step; {@code version} changes whenever the step would give another result. */
    public static Builder of(String kind, int version) {
        return new Builder().add("kind", kind + "/" + version);
    }

    /** Collects what a result depends on. */
    public static final class Builder {
        private final ObjectNode json = MAPPER.createObjectNode();

        private Builder() {}

        public Builder add(String name, String value) {
            json.put(name, value);
            return this;
        }

        public Builder add(String name, boolean value) {
            json.put(name, value);
            return this;
        }

        /** Adds a list, whose order counts. */
        public Builder add(String name, Collection<?> values) {
            ArrayNode array = json.putArray(name);
            values.forEach(value -> array.add(value.toString()));
            return this;
        }

        public CacheKey build() {
            String preimage = json.toString();
            return new CacheKey(Digest.sha256(preimage.getBytes(StandardCharsets.UTF_8)), preimage);
        }
    }
}
