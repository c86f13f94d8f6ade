package dev.jbuild.registry;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a command line says of registries, which goes before everything that is written in files.
 *
 * @param verifyTls whether registries must prove who they are; if not, plain text will do too
 * @param credential who one is, whatever the registry
 * @param retries how often a call that failed is tried again; as always when absent
 * @param certificates a directory of authorities to trust and of certificates of one's own
 * @param retryDelay the pause before the first of these, doubled for each further one
 */
public record RegistryOverrides(
        boolean verifyTls,
        Optional<Credential> credential,
        Optional<Path> certificates,
        OptionalInt retries,
        Optional<Duration> retryDelay) {
    /** Nothing. */
    public static final RegistryOverrides NONE =
            new RegistryOverrides(true, Optional.empty(), Optional.empty(), OptionalInt.empty(), Optional.empty());
}
