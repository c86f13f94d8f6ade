package dev.jbuild.cli;

import dev.jbuild.config.EnvironmentVariable;
import dev.jbuild.problem.UsageError;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/** The time that {@code SOURCE_DATE_EPOCH} sets for what is made. */
final class SourceDate {
    private SourceDate() {}

    static Optional<Instant> of(Console console) throws UsageError {
        Optional<String> epoch = console.variable(EnvironmentVariable.SOURCE_DATE_EPOCH);
        try {
            return epoch.map(Long::parseLong).map(Instant::ofEpochSecond);
        } catch (NumberFormatException | DateTimeException e) {
            throw new UsageError("SOURCE_DATE_EPOCH=" + epoch.orElse("") + " is not a number of seconds");
        }
    }
}
