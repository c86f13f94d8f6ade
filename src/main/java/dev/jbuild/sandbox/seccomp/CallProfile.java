package dev.jbuild.sandbox.seccomp;

import dev.jbuild.sandbox.seccomp.CallRule.Condition;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The filter of {@link SeccompFilter} for OCI runtimes. It names what is allowed: a runtime passes over names that its
 * libraries don't know yet, and what is refused by such a name would be allowed. What nobody names fails with {@link
 * #UNKNOWN}.
 */
public final class CallProfile {
    /** {@code ENOSYS}, so that libraries fall back to older calls. */
    public static final int UNKNOWN = SeccompFilter.ENOSYS;

    private static final OptionalInt REFUSED = OptionalInt.of(SeccompFilter.EPERM);
    private static final Set<String> CONDITIONAL = Set.of("clone", "clone3", "personality", "socket");

    private CallProfile() {}

    /**
     * The rules for a process.
     *
     * @param capabilities whether it has one, by names such as {@code SYS_ADMIN}
     */
    public static List<CallRule> rules(Predicate<String> capabilities) {
        List<String> refused = RestrictedCall.ALL.stream()
                .filter(call -> call.capabilities().stream().noneMatch(capabilities))
                .map(RestrictedCall::name)
                .toList();
        Set<String> allowed = new LinkedHashSet<>(CallNames.ALL);
        refused.forEach(allowed::remove);
        allowed.removeAll(CONDITIONAL);
        boolean namespaces = capabilities.test("SYS_ADMIN");
        if (namespaces) {
            allowed.addAll(List.of("clone", "clone3"));
        }
        List<CallRule> rules = new ArrayList<>();
        rules.add(new CallRule(List.copyOf(allowed), OptionalInt.empty(), List.of()));
        rules.add(new CallRule(refused, REFUSED, List.of()));
        if (!namespaces) {
            addClone(rules);
        }
        for (int personality : SeccompFilter.PERSONALITIES) {
            rules.add(allowed("personality", new Condition("SCMP_CMP_EQ", Integer.toUnsignedLong(personality), 0)));
        }
        rules.add(allowed("socket", new Condition("SCMP_CMP_NE", SeccompFilter.VIRTUAL_SOCKETS, 0)));
        rules.add(new CallRule(
                List.of("socket"), REFUSED, List.of(new Condition("SCMP_CMP_EQ", SeccompFilter.VIRTUAL_SOCKETS, 0))));
        return rules;
    }

    /** Rules of one call with different results must leave no argument to both. */
    private static void addClone(List<CallRule> rules) {
        rules.add(allowed("clone", new Condition("SCMP_CMP_MASKED_EQ", SeccompFilter.NEW_NAMESPACES, 0)));
        for (int bit = Integer.lowestOneBit(SeccompFilter.NEW_NAMESPACES);
                bit <= SeccompFilter.NEW_NAMESPACES && bit > 0;
                bit <<= 1) {
            if ((bit & SeccompFilter.NEW_NAMESPACES) != 0) {
                rules.add(new CallRule(
                        List.of("clone"), REFUSED, List.of(new Condition("SCMP_CMP_MASKED_EQ", bit, bit))));
            }
        }
    }

    private static CallRule allowed(String name, Condition condition) {
        return new CallRule(List.of(name), OptionalInt.empty(), List.of(condition));
    }
}
