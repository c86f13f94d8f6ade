package dev.jbuild.cli;

import dev.jbuild.oci.ImageReference;
import java.util.Set;
import org.jspecify.annotations.Nullable;
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

    @Option(
            names = "--tls-verify",
            arity = "0..1",
            fallbackValue = "true",
            paramLabel = "BOOL",
            description = "=false speaks to the registry without TLS if need be.")
    boolean tlsVerify = true;

    /** The registry of this name, if it may be spoken to without TLS. */
    Set<String> insecure(ImageReference reference) {
        return tlsVerify ? Set.of() : Set.of(reference.domain());
    }
}
