package dev.jbuild.registry;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How registries are spoken to.
 *
 * @param authFiles credential files ({@code config.json} of docker, {@code auth.json}), the first that knows wins
 * @param insecure domains (with port) that may be spoken to without TLS, besides loopback addresses
 * @param proxy for HTTP and HTTPS; absent for a direct connection
 * @param noProxy hosts and domains that the proxy isn't used for, as {@code NO_PROXY} lists them
 * @param agent the {@code User-Agent}
 */
public record RegistrySettings(
        List<Path> authFiles, Set<String> insecure, Optional<URI> proxy, List<String> noProxy, String agent) {
    public RegistrySettings {
        authFiles = List.copyOf(authFiles);
        insecure = Set.copyOf(insecure);
        noProxy = List.copyOf(noProxy);
    }

    public static RegistrySettings of(List<Path> authFiles, Set<String> insecure) {
        return new RegistrySettings(authFiles, insecure, Optional.empty(), List.of(), "jbuild");
    }
}
