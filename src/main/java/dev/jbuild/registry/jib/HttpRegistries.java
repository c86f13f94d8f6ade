package dev.jbuild.registry.jib;

import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.registry.Credential;
import dev.jbuild.registry.Registries;
import dev.jbuild.registry.RegistryClient;
import dev.jbuild.registry.RegistrySettings;

/** Registries over HTTP. Nothing is loaded or opened before the first client is asked for something. */
public final class HttpRegistries implements Registries, AutoCloseable {
    private final RegistrySettings settings;

    public HttpRegistries(RegistrySettings settings) {
        this.settings = settings;
    }

    @Override
    public RegistryClient client(ImageReference repository) throws JbuildException {
        throw new UnsupportedOperationException(repository.toString() + settings);
    }

    /**
     * Checks that the registry of a domain ({@code docker.io}, {@code localhost:5000}) lets one in with this credential
     * ({@code jbuild login}).
     */
    public void verify(String domain, Credential credential) throws JbuildException {
        throw new UnsupportedOperationException(domain + credential);
    }

    @Override
    public void close() {}
}
