package dev.jbuild.registry.jib;

import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.registry.Credential;
import dev.jbuild.registry.CredentialFiles;
import dev.jbuild.registry.Registries;
import dev.jbuild.registry.RegistryClient;
import dev.jbuild.registry.RegistrySettings;
import dev.jbuild.registry.jib.Caller.Call;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Registries over HTTP. Nothing is loaded or opened before the first client is asked for something. */
public final class HttpRegistries implements Registries, AutoCloseable {
    private final RegistrySettings settings;
    private final Backoff backoff;
    private final Transport transport;
    private final Map<String, Shared> hosts = new ConcurrentHashMap<>();
    private final Map<String, Optional<Credential>> credentials = new ConcurrentHashMap<>();
    private final Set<Caller> open = ConcurrentHashMap.newKeySet();

    /** What all clients of one registry share. */
    private record Shared(RegistryHost host, Tokens tokens) {}

    public HttpRegistries(RegistrySettings settings) {
        this(settings, Backoff.USUAL.with(settings.overrides()));
    }

    HttpRegistries(RegistrySettings settings, Backoff backoff) {
        this.settings = settings;
        this.backoff = backoff;
        this.transport = new Transport(settings);
    }

    @Override
    public RegistryClient client(ImageReference repository) throws JbuildException {
        return new HttpRegistryClient(caller(repository, this::credential), repository);
    }

    private Caller caller(ImageReference repository, Caller.CredentialSource source) throws JbuildException {
        settings.policy().check(repository.domain());
        transport.prepare();
        Shared shared = hosts.computeIfAbsent(repository.domain(), this::shared);
        Caller caller =
                new Caller(shared.host(), repository, transport, shared.tokens(), source, backoff, open::remove);
        open.add(caller);
        return caller;
    }

    private Shared shared(String domain) {
        boolean insecure = !settings.overrides().verifyTls()
                || settings.insecure().contains(domain)
                || settings.insecure().contains(RegistryHost.hostOf(domain));
        return new Shared(new RegistryHost(domain, insecure, transport), new Tokens(domain, transport));
    }

    private Optional<Credential> credential(ImageReference repository) throws JbuildException {
        if (settings.overrides().credential().isPresent()) {
            return settings.overrides().credential();
        }
        Optional<Credential> known = credentials.get(repository.name());
        if (known == null) {
            known = new CredentialFiles(settings.authFiles()).find(repository, new JibCredentialHelper());
            credentials.put(repository.name(), known);
        }
        return known;
    }

    /**
     * Checks that the registry of a domain ({@code docker.io}, {@code localhost:5000}) lets one in with this credential
     * ({@code jbuild login}).
     */
    public void verify(String domain, Credential credential) throws JbuildException {
        ImageReference nothing = new ImageReference(domain, "", Optional.empty(), Optional.empty());
        try (Caller caller = caller(nothing, repository -> Optional.of(credential))) {
            Call call = new Call("GET", "its API", URI.create("/v2/"), Map.of(), Optional.empty(), List.of());
            HttpResponse<InputStream> response = caller.call(call);
            if (response.statusCode() != 200) {
                throw caller.refused(call, response);
            }
            response.body().close();
        } catch (IOException e) {
            throw Failures.unreachable(domain, e);
        }
    }

    @Override
    public void close() {
        List.copyOf(open).forEach(Caller::close);
    }
}
