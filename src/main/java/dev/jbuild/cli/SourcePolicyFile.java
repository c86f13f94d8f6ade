package dev.jbuild.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jbuild.graph.policy.PolicyRule;
import dev.jbuild.graph.policy.PolicySelector;
import dev.jbuild.graph.policy.SourcePolicy;
import dev.jbuild.problem.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A file of {@code --source-policy-file}, in the JSON of BuildKit's policies. What isn't known is refused, because a rule that
 * is spelled wrongly would allow what it was to deny.
 */
final class SourcePolicyFile {
    private static final String HINT = "as in {\"rules\": [{\"action\": \"DENY\","
            + " \"selector\": {\"identifier\": \"docker-image://docker.io/library/alpine:*\"}}]}";

    private final Path file;

    private SourcePolicyFile(Path file) {
        this.file = file;
    }

    static SourcePolicy read(Path file) throws UserError {
        return new SourcePolicyFile(file).read();
    }

    private SourcePolicy read() throws UserError {
        JsonNode json;
        try {
            json = new ObjectMapper().readTree(Files.readAllBytes(file));
        } catch (JsonProcessingException e) {
            throw wrong("it is no JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new UserError("the source policy " + file + " can't be read: " + e, e);
        }
        check(json, "it", Set.of("version", "rules"));
        List<PolicyRule> rules = new ArrayList<>();
        for (JsonNode rule : list(json, "rules", "it")) {
            rules.add(rule(rule, "rule " + (rules.size() + 1)));
        }
        return new SourcePolicy(rules, file.toString());
    }

    private PolicyRule rule(JsonNode json, String where) throws UserError {
        check(json, where, Set.of("action", "selector", "updates"));
        PolicyRule.Action action = choice(json, "action", where, PolicyRule.Action.values());
        Optional<PolicyRule.Update> update = json.has("updates")
                ? Optional.of(update(json.path("updates"), "the updates of " + where))
                : Optional.empty();
        if (action == PolicyRule.Action.CONVERT && update.isEmpty()) {
            throw wrong(where + " converts, but has no \"updates\"");
        }
        return new PolicyRule(action, selector(json.path("selector"), "the selector of " + where), update);
    }

    private PolicySelector selector(JsonNode json, String where) throws UserError {
        check(json, where, Set.of("identifier", "match_type", "matchType", "constraints"));
        List<PolicySelector.Constraint> constraints = new ArrayList<>();
        String kind = json.has("matchType") ? "matchType" : "match_type";
        try {
            for (JsonNode constraint : list(json, "constraints", where)) {
                constraints.add(constraint(constraint, "a constraint of " + where));
            }
            return new PolicySelector(
                    text(json, "identifier", where),
                    choice(json, kind, where, PolicySelector.Match.values()),
                    constraints);
        } catch (IllegalArgumentException e) {
            throw wrong(where + ": " + e.getMessage());
        }
    }

    private PolicySelector.Constraint constraint(JsonNode json, String where) throws UserError {
        check(json, where, Set.of("key", "value", "condition"));
        return new PolicySelector.Constraint(
                text(json, "key", where),
                text(json, "value", where),
                choice(json, "condition", where, PolicySelector.Condition.values()));
    }

    private PolicyRule.Update update(JsonNode json, String where) throws UserError {
        check(json, where, Set.of("identifier", "attrs"));
        Map<String, String> attributes = new LinkedHashMap<>();
        if (json.has("attrs")) {
            JsonNode given = json.path("attrs");
            for (Iterator<String> names = given.fieldNames(); names.hasNext(); ) {
                String name = names.next();
                attributes.put(name, text(given, name, "the attrs in " + where));
            }
        }
        return new PolicyRule.Update(text(json, "identifier", where), attributes);
    }

    private void check(JsonNode json, String where, Set<String> known) throws UserError {
        if (json == null || !json.isObject()) {
            throw wrong(where + " is no object");
        }
        for (Iterator<String> names = json.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!known.contains(name)) {
                throw wrong(where + " has \"" + name + "\", which is unknown");
            }
        }
    }

    private JsonNode list(JsonNode json, String name, String where) throws UserError {
        JsonNode list = json.path(name);
        if (!list.isMissingNode() && !list.isArray()) {
            throw wrong("\"" + name + "\" of " + where + " is no list");
        }
        return list;
    }

    private String text(JsonNode json, String name, String where) throws UserError {
        JsonNode value = json.path(name);
        if (!value.isMissingNode() && !value.isTextual()) {
            throw wrong("\"" + name + "\" of " + where + " is no string");
        }
        return value.asText();
    }

    /** One of several by name or number; the first one where there is none. */
    private <E extends Enum<E>> E choice(JsonNode json, String name, String where, E[] choices) throws UserError {
        JsonNode value = json.path(name);
        for (int i = 0; i < choices.length; i++) {
            boolean number = value.isInt() && value.asInt() == i;
            if (value.isMissingNode() || number || choices[i].name().equals(value.textValue())) {
                return choices[i];
            }
        }
        throw wrong("\"" + name + "\" of " + where + " is none of " + List.of(choices));
    }

    private UserError wrong(String why) {
        return new UserError("the source policy " + file + " is wrong: " + why, HINT);
    }
}
