package dev.jbuild.cli;

import dev.jbuild.config.EnvironmentVariable;
import dev.jbuild.problem.UsageError;
import dev.jbuild.store.CollectionPolicy;
import dev.jbuild.store.DiskSpace;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What the environment says of the collection that nobody asks for. */
final class CollectionSettings {
    private static final List<String> OFF = List.of("off", "false", "no", "0");
    private static final List<String> ON = List.of("on", "true", "yes", "1", "");

    private CollectionSettings() {}

    /** What the cache may take; absent if it may grow as it likes. */
    static Optional<CollectionPolicy> of(Console console) throws UsageError {
        String wanted = console.variable(EnvironmentVariable.JBUILD_GC).orElse("");
        if (OFF.contains(wanted)) {
            return Optional.empty();
        }
        if (!ON.contains(wanted)) {
            throw new UsageError("JBUILD_GC: \"" + wanted + "\" is neither on nor off");
        }
        CollectionPolicy usual = CollectionPolicy.DEFAULT;
        return Optional.of(new CollectionPolicy(
                space(console, EnvironmentVariable.JBUILD_GC_RESERVED_SPACE, usual.reserved()),
                space(console, EnvironmentVariable.JBUILD_GC_MAX_USED_SPACE, usual.maxUsed()),
                space(console, EnvironmentVariable.JBUILD_GC_MIN_FREE_SPACE, usual.minFree()),
                keep(console, usual.keep())));
    }

    private static DiskSpace space(Console console, EnvironmentVariable variable, DiskSpace usual) throws UsageError {
        Optional<String> text = console.variable(variable);
        return text.isPresent() ? SpaceAmounts.parse(variable.name(), text.get()) : usual;
    }

    private static Duration keep(Console console, Duration usual) throws UsageError {
        EnvironmentVariable variable = EnvironmentVariable.JBUILD_GC_KEEP_DURATION;
        Optional<String> text = console.variable(variable);
        return text.isPresent() ? PruneFilters.requiredDuration(variable.name(), text.get()) : usual;
    }
}
