package dev.jbuild.engine;

import dev.jbuild.context.git.GitSettings;
import dev.jbuild.context.http.Proxies;
import dev.jbuild.layer.ArchiveLimits;
import dev.jbuild.registry.RegistryOverrides;
import dev.jbuild.registry.RegistryPolicy;
import dev.jbuild.sandbox.StorageDriver;
import dev.jbuild.store.CollectionPolicy;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where the engine works and with what. Resolved by {@code cli} from flags and the environment.
 *
 * @param root the store
 * @param sandboxProgram the {@code jbuild-sandbox} of this installation
 * @param runtime the OCI runtime that processes run by, as a name in the search path or a path; jbuild's own program if absent
 * @param storageDriver how root file systems are made; the best way that works if absent
 * @param searchPath where programs are looked up that it works with where they are installed, {@code PATH}
 * @param authFiles credential files, the first that knows a registry wins
 * @param insecureRegistries domains (with port) that may be spoken to without TLS, besides loopback addresses
 * @param registryPolicy which registries may be spoken to at all
 * @param registryOverrides what the command line says of registries
 * @param proxies through which other machines are spoken to
 * @param git what the git program needs to know
 * @param collection what the cache may take; absent if it may grow as it likes
 * @param deviceDirectories where the specs of devices are that containers can get
 * @param archives what archives may come to that others made
 */
public record EngineSettings(
        Path root,
        Path sandboxProgram,
        Optional<String> runtime,
        Optional<StorageDriver> storageDriver,
        String searchPath,
        List<Path> authFiles,
        Set<String> insecureRegistries,
        RegistryPolicy registryPolicy,
        RegistryOverrides registryOverrides,
        Proxies proxies,
        GitSettings git,
        Optional<CollectionPolicy> collection,
        List<Path> deviceDirectories,
        ArchiveLimits archives) {
    public EngineSettings {
        authFiles = List.copyOf(authFiles);
        deviceDirectories = List.copyOf(deviceDirectories);
        insecureRegistries = Set.copyOf(insecureRegistries);
    }

    /** The same with another way to run processes. */
    public EngineSettings withRuntime(Optional<String> other) {
        return new EngineSettings(
                root,
                sandboxProgram,
                other,
                storageDriver,
                searchPath,
                authFiles,
                insecureRegistries,
                registryPolicy,
                registryOverrides,
                proxies,
                git,
                collection,
                deviceDirectories,
                archives);
    }
}
