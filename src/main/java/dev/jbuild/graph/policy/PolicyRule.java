package dev.jbuild.graph.policy;

import java.util.Map;
import java.util.Optional;

/**
 * What becomes of the sources that a selector selects.
 *
 * @param update what CONVERT makes of them
 */
public record PolicyRule(Action action, PolicySelector selector, Optional<Update> update) {
    /** As policies spell it; the number is the position. */
    public enum Action {
        ALLOW,
        DENY,
        CONVERT
    }

    /**
     * What takes the place of a source.
     *
     * @param identifier with {@code ${1}} for what the selector's first asterisk or group stood for; empty for that of the
     *     selector
     * @param attributes those that are set
     */
    public record Update(String identifier, Map<String, String> attributes) {
        public Update {
            attributes = Map.copyOf(attributes);
        }
    }

    /** What CONVERT makes of a source that is selected. */
    PolicySource converted(PolicySource source) {
        Update change = update.orElseThrow();
        String template = change.identifier().isEmpty() ? selector.identifier() : change.identifier();
        return source.changed(selector.format(source.identifier(), template), change.attributes());
    }
}
