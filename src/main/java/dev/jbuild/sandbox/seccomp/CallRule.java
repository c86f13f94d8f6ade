package dev.jbuild.sandbox.seccomp;

import java.util.List;
import java.util.OptionalInt;

/**
 * What becomes of some system calls, as the profiles of OCI runtimes say it.
 *
 * @param names of the calls
 * @param errorNumber that they fail with; allowed if absent
 * @param conditions on their arguments, which must all hold
 */
public record CallRule(List<String> names, OptionalInt errorNumber, List<Condition> conditions) {
    public CallRule {
        names = List.copyOf(names);
        conditions = List.copyOf(conditions);
    }

    /**
     * A comparison of the first argument.
     *
     * @param operator such as {@code SCMP_CMP_EQ}
     * @param value to compare with, or the mask of {@code SCMP_CMP_MASKED_EQ}
     * @param masked what the masked argument must be
     */
    public record Condition(String operator, long value, long masked) {}
}
