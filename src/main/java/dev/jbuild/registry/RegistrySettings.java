package dev.jbuild.registry;

import java.net.ProxySelector;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How registries are spoken to.
 *
 * @param authFiles credential files ({@code config.json} of docker, {@code auth.json}), the first that knows wins
 * @param insecure domains (with port) that may be spoken to without TLS, besides loopback addresses
 * @param policy which registries may be spoken to at all
 * @param proxies absent for direct connections
 * @param agent the {@code User-Agent}
 * @param overrides what goes before all of this
 */
public record RegistrySettings(
        List<Path> authFiles,
        Set<String> insecure,
        RegistryPolicy policy,
        Optional<ProxySelector> proxies,
        String agent,
        RegistryOverrides overrides) {
    public RegistrySettings {
        authFiles = List.copyOf(authFiles);
        insecure = Set.copyOf(insecure);
    }

    public static RegistrySettings of(List<Path> authFiles, Set<String> insecure) {
        return new RegistrySettings(
                authFiles, insecure, RegistryPolicy.ANY, Optional.empty(), "jbuild", RegistryOverrides.NONE);
    }

    /** The same with this policy and these proxies. */
    public RegistrySettings with(RegistryPolicy otherPolicy, ProxySelector otherProxies) {
        return new RegistrySettings(authFiles, insecure, otherPolicy, Optional.of(otherProxies), agent, overrides);
    }

    /** The same with what a command line says. */
    public RegistrySettings with(RegistryOverrides others) {
        return new RegistrySettings(authFiles, insecure, policy, proxies, agent, others);
    }
}
