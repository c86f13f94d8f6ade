package dev.jbuild.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags that {@code pull} and {@code push} have in common. Filled by picocli. */
final class TransferOptions {
    @Option(
            names = {"-q", "--quiet"},
            description = "Print no progress.")
    boolean quiet;

    @Option(names = "--progress", paramLabel = "auto|plain|tty|rawjson|quiet", description = "How progress is shown.")
    @Nullable
    String progress;

    @Mixin
    RegistryFlags registries = new RegistryFlags();
}
