package dev.jbuild.buildfile;

import dev.jbuild.problem.UserError;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one RUN may use and how it is supervised. These flags are jbuild's own; plain Dockerfiles don't have them.
 *
 * @param timeout how long the step may take before all of its processes are killed
 * @param retries how often it is tried again when it fails, each time from where it began
 * @param memory in bytes
 * @param cpus processors, in billionths of one
 */
public record StepLimits(Optional<Duration> timeout, int retries, OptionalLong memory, OptionalLong cpus) {
    public static final StepLimits NONE =
            new StepLimits(Optional.empty(), 0, OptionalLong.empty(), OptionalLong.empty());

    static final String[] FLAGS = {"timeout", "retry", "memory", "cpus"};

    private static final int MOST_RETRIES = 100;
    private static final BigDecimal BILLION = BigDecimal.valueOf(1_000_000_000);
    private static final BigDecimal MOST_CPUS = BigDecimal.valueOf(100_000);

    static StepLimits of(Flags flags) throws UserError {
        return new StepLimits(
                timeout(flags.text("timeout")),
                retries(flags.text("retry")),
                memory(flags.text("memory")),
                cpus(flags.text("cpus")));
    }

    private static Optional<Duration> timeout(Optional<String> value) throws UserError {
        if (value.isEmpty()) {
            return Optional.empty();
        }
        Duration timeout = GoDuration.parse(value.get());
        if (timeout.compareTo(Duration.ofMillis(1)) < 0) {
            throw invalid("timeout", value.get(), "a duration such as 90s or 10m");
        }
        return Optional.of(timeout);
    }

    private static int retries(Optional<String> value) throws UserError {
        String digits = value.orElse("0");
        if (!digits.matches("[0-9]{1,3}") || Integer.parseInt(digits) > MOST_RETRIES) {
            throw invalid("retry", digits, "a number from 0 to " + MOST_RETRIES);
        }
        return Integer.parseInt(digits);
    }

    private static OptionalLong memory(Optional<String> value) throws UserError {
        if (value.isEmpty()) {
            return OptionalLong.empty();
        }
        OptionalLong bytes = ByteSize.parse(value.get());
        if (bytes.isEmpty() || bytes.getAsLong() <= 0) {
            throw invalid("memory", value.get(), "a size such as 512m or 2g");
        }
        return bytes;
    }

    private static OptionalLong cpus(Optional<String> value) throws UserError {
        if (value.isEmpty()) {
            return OptionalLong.empty();
        }
        if (!value.get().matches("[0-9]{1,6}(\\.[0-9]{0,9})?|\\.[0-9]{1,9}")) {
            throw invalid("cpus", value.get(), "a number of processors such as 1.5");
        }
        BigDecimal cpus = new BigDecimal(value.get());
        if (cpus.signum() == 0 || cpus.compareTo(MOST_CPUS) > 0) {
            throw invalid("cpus", value.get(), "a number of processors such as 1.5");
        }
        return OptionalLong.of(
                cpus.multiply(BILLION).setScale(0, RoundingMode.UP).longValue());
    }

    private static UserError invalid(String flag, String value, String wanted) {
        return new UserError("invalid value " + Text.quote(value) + " for --" + flag + ": it has to be " + wanted);
    }
}
