package dev.jbuild.engine;

import java.util.HashMap;
import java.util.Map;

/**
 * One {@code --output}.
 *
 * @param type {@code oci}, {@code docker}, {@code local}, {@code tar}, {@code image} or {@code registry}
 * @param attributes the other {@code key=value} pairs, such as {@code dest}
 */
public record Output(String type, Map<String, String> attributes) {
    public Output {
        attributes = Map.copyOf(attributes);
    }

    /** This output with more attributes. */
    public Output with(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(attributes);
        all.putAll(more);
        return new Output(type, all);
    }
}
