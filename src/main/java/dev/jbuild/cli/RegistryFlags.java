package dev.jbuild.cli;

import dev.jbuild.problem.UsageError;
import dev.jbuild.registry.Credential;
import dev.jbuild.registry.RegistryOverrides;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of all commands that speak to registries, spelled as buildah spells them. Filled by picocli. */
final class RegistryFlags {
    private static final Pattern DELAY = Pattern.compile("([0-9]{1,9})(ms|s|m|h)?");

    @Option(
            names = "--tls-verify",
            arity = "0..1",
            fallbackValue = "true",
            paramLabel = "BOOL",
            description = "=false trusts any certificate and speaks to registries without TLS if need be.")
    private boolean tlsVerify = true;

    @Option(names = "--authfile", paramLabel = "FILE", description = "Look up credentials in this file alone.")
    private @Nullable String authFile;

    @Option(names = "--creds", paramLabel = "USER:PASSWORD", description = "The credential for the registry.")
    private @Nullable String credentials;

    @Option(
            names = "--cert-dir",
            paramLabel = "DIR",
            description = "Trust the authorities *.crt, and be known by *.cert and *.key, in this directory.")
    private @Nullable String certificates;

    @Option(names = "--retry", paramLabel = "N", description = "How often a failed transfer is tried again (5).")
    private @Nullable String retry;

    @Option(
            names = "--retry-delay",
            paramLabel = "DURATION",
            description = "The pause before the first of these, such as 2s; it doubles.")
    private @Nullable String retryDelay;

    /** What the flags say, but for {@code --authfile}. */
    RegistryOverrides overrides(Console console) throws UsageError {
        return new RegistryOverrides(
                tlsVerify, credential(), Optional.ofNullable(certificates).map(console::resolve), retries(), delay());
    }

    private Optional<Credential> credential() throws UsageError {
        if (credentials == null) {
            return Optional.empty();
        }
        int colon = credentials.indexOf(':');
        if (colon <= 0 || colon == credentials.length() - 1) {
            throw new UsageError(
                    "--creds is not of the form USER:PASSWORD", "jbuild login asks for the password and keeps it");
        }
        return Optional.of(new Credential(credentials.substring(0, colon), credentials.substring(colon + 1)));
    }

    private OptionalInt retries() throws UsageError {
        if (retry == null) {
            return OptionalInt.empty();
        }
        if (!retry.matches("[0-9]{1,4}")) {
            throw new UsageError("--retry " + retry + " is not a number of times");
        }
        return OptionalInt.of(Integer.parseInt(retry));
    }

    private Optional<Duration> delay() throws UsageError {
        if (retryDelay == null) {
            return Optional.empty();
        }
        Matcher matcher = DELAY.matcher(retryDelay);
        if (!matcher.matches()) {
            throw new UsageError("--retry-delay " + retryDelay + " is not a duration", "such as 500ms, 2s or 1m");
        }
        long number = Long.parseLong(matcher.group(1));
        return Optional.of(
                switch (Optional.ofNullable(matcher.group(2)).orElse("s")) {
                    case "ms" -> Duration.ofMillis(number);
                    case "m" -> Duration.ofMinutes(number);
                    case "h" -> Duration.ofHours(number);
                    default -> Duration.ofSeconds(number);
                });
    }

    /**
     * Where credentials are looked up.
     *
     * @param usual where they are without {@code --authfile}
     */
    List<Path> authFiles(Console console, List<Path> usual) throws UsageError {
        if (authFile == null) {
            return usual;
        }
        Path file = console.resolve(authFile);
        if (!Files.isRegularFile(file)) {
            throw new UsageError("--authfile: there is no file " + authFile, "jbuild login makes one");
        }
        return List.of(file);
    }
}
