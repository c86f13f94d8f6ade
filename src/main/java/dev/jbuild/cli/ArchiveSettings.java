package dev.jbuild.cli;

import dev.jbuild.buildfile.ByteSize;
import dev.jbuild.config.EnvironmentVariable;
import dev.jbuild.layer.ArchiveLimits;
import dev.jbuild.problem.UsageError;
import java.util.Optional;
import java.util.OptionalLong;

/** What the environment says of archives that others made. */
final class ArchiveSettings {
    private ArchiveSettings() {}

    static ArchiveLimits of(Console console) throws UsageError {
        ArchiveLimits usual = ArchiveLimits.DEFAULT;
        return new ArchiveLimits(
                number(console, EnvironmentVariable.JBUILD_ARCHIVE_MAX_ENTRIES, usual.entries()),
                bytes(console, usual.bytes()),
                number(console, EnvironmentVariable.JBUILD_ARCHIVE_MAX_RATIO, usual.ratio()));
    }

    private static long number(Console console, EnvironmentVariable variable, long usual) throws UsageError {
        Optional<String> text = console.variable(variable);
        if (text.isEmpty()) {
            return usual;
        }
        try {
            long number = Long.parseLong(text.get().strip());
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // As any other number that isn't one.
        }
        throw new UsageError(variable.name() + ": \"" + text.get() + "\" is no number above 0");
    }

    private static long bytes(Console console, long usual) throws UsageError {
        EnvironmentVariable variable = EnvironmentVariable.JBUILD_ARCHIVE_MAX_SIZE;
        Optional<String> text = console.variable(variable);
        if (text.isEmpty()) {
            return usual;
        }
        OptionalLong bytes = ByteSize.parse(text.get().strip());
        if (bytes.isEmpty() || bytes.getAsLong() == 0) {
            throw new UsageError(
                    variable.name() + ": \"" + text.get() + "\" is no amount of space", "write bytes, 512MB or 10GB");
        }
        return bytes.getAsLong();
    }
}
