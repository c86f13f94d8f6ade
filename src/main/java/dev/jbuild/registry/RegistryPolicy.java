package dev.jbuild.registry;

import dev.jbuild.problem.UserError;
import java.util.Set;

/**
 * Which registries may be spoken to.
 *
 * @param blocked domains that may not
 * @param allowed if there are any, only these may
 * @param origin where this was said, for messages
 */
public record RegistryPolicy(Set<String> blocked, Set<String> allowed, String origin) {
    public static final RegistryPolicy ANY = new RegistryPolicy(Set.of(), Set.of(), "");

    public RegistryPolicy {
        blocked = Set.copyOf(blocked);
        allowed = Set.copyOf(allowed);
    }

    /** Refuses a registry that may not be spoken to. */
    public void check(String domain) throws UserError {
        if (blocked.contains(domain)) {
            throw new UserError(
                    "registry " + domain + " may not be spoken to: it is in the blocked registries of " + origin);
        }
        if (!allowed.isEmpty() && !allowed.contains(domain)) {
            throw new UserError(
                    "registry " + domain + " may not be spoken to: it is not in the allowed registries of " + origin);
        }
    }
}
