package dev.jbuild.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jbuild.config.EnvironmentVariable;
import dev.jbuild.problem.UsageError;
import dev.jbuild.registry.RegistryPolicy;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** What {@code BUILD_REGISTRY_SOURCES} says, in the JSON that buildah reads. */
record RegistrySources(RegistryPolicy policy, Set<String> insecure) {
    private static final String NAME = EnvironmentVariable.BUILD_REGISTRY_SOURCES.name();

    RegistrySources {
        insecure = Set.copyOf(insecure);
    }

    static RegistrySources of(Console console) throws UsageError {
        Optional<String> value = console.variable(EnvironmentVariable.BUILD_REGISTRY_SOURCES);
        if (value.isEmpty()) {
            return new RegistrySources(RegistryPolicy.ANY, Set.of());
        }
        JsonNode json;
        try {
            json = new ObjectMapper().readTree(value.get());
        } catch (JsonProcessingException e) {
            throw malformed();
        }
        if (json == null || !json.isObject()) {
            throw malformed();
        }
        return new RegistrySources(
                new RegistryPolicy(list(json, "blockedRegistries"), list(json, "allowedRegistries"), NAME),
                list(json, "insecureRegistries"));
    }

    private static Set<String> list(JsonNode json, String key) throws UsageError {
        JsonNode list = json.path(key);
        if (!list.isMissingNode() && !list.isNull() && !list.isArray()) {
            throw malformed();
        }
        Set<String> domains = new HashSet<>();
        list.forEach(domain -> domains.add(domain.asText()));
        return domains;
    }

    private static UsageError malformed() {
        return new UsageError(
                NAME + " is not the JSON that is wanted",
                "as in {\"blockedRegistries\": [\"example.org\"], \"allowedRegistries\": [], \"insecureRegistries\": []}");
    }
}
