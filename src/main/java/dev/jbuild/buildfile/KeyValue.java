package dev.jbuild.buildfile;

import dev.jbuild.problem.UserError;

/**
 * A pair of ENV or LABEL.
 *
 * @param legacy whether it was written as {@code ENV key value}, without an equals sign
 */
public record KeyValue(String key, String value, boolean legacy) {
    KeyValue expand(Expander expander) throws UserError {
        return new KeyValue(expander.expand(key), expander.expand(value), legacy);
    }

    @Override
    public String toString() {
        return key + "=" + value;
    }
}
