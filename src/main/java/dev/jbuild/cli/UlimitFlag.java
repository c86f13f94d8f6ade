package dev.jbuild.cli;

import dev.jbuild.problem.UsageError;
import dev.jbuild.sandbox.Rlimit;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The value of {@code --ulimit}: {@code NAME=SOFT[:HARD]}, where -1 is no limit. */
final class UlimitFlag {
    private static final String EXAMPLE = "such as --ulimit nofile=1024:2048";

    private UlimitFlag() {}

    static Rlimit parse(String value) throws UsageError {
        int equals = value.indexOf('=');
        String[] numbers = value.substring(equals + 1).split(":", -1);
        if (equals <= 0 || numbers.length > 2) {
            throw new UsageError("--ulimit " + value + " is not of the form NAME=SOFT[:HARD]", EXAMPLE);
        }
        Rlimit.Resource resource = resource(value.substring(0, equals))
                .orElseThrow(() -> new UsageError("--ulimit " + value + ": there is no such limit", EXAMPLE));
        long soft = number(numbers[0], value);
        long hard = number(numbers[numbers.length - 1], value);
        if (Long.compareUnsigned(soft, hard) > 0) {
            throw new UsageError("--ulimit " + value + ": the soft limit is above the hard one", EXAMPLE);
        }
        return new Rlimit(resource, soft, hard);
    }

    private static Optional<Rlimit.Resource> resource(String name) {
        return Arrays.stream(Rlimit.Resource.values())
                .filter(resource -> resource.name().equals(name.toUpperCase(Locale.ROOT)))
                .findFirst();
    }

    private static long number(String digits, String value) throws UsageError {
        if (!digits.matches("-1|\\d{1,18}")) {
            throw new UsageError("--ulimit " + value + ": \"" + digits + "\" is no number", EXAMPLE);
        }
        return Long.parseLong(digits);
    }
}
