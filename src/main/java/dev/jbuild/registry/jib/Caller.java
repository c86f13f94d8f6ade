package dev.jbuild.registry.jib;

import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.RemoteError;
import dev.jbuild.registry.Credential;
import dev.jbuild.registry.jib.RegistryHost.Endpoint;
import dev.jbuild.registry.jib.Transport.Body;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/** Calls one registry for one repository: authenticates, follows redirects, and tries again what may pass. */
final class Caller implements AutoCloseable {
    private static final int MOST_REDIRECTS = 8;

    private final RegistryHost host;
    private final ImageReference repository;
    private final Transport transport;
    private final Tokens tokens;
    private final CredentialSource credentials;
    private final Backoff backoff;
    private final Consumer<Caller> onClose;
    private final InFlight inFlight = new InFlight();

    /** Finds the credential of a repository, once it is needed. */
    @FunctionalInterface
    interface CredentialSource {
        Optional<Credential> find(ImageReference repository) throws JbuildException;
    }

    Caller(
            RegistryHost host,
            ImageReference repository,
            Transport transport,
            Tokens tokens,
            CredentialSource credentials,
            Backoff backoff,
            Consumer<Caller> onClose) {
        this.host = host;
        this.repository = repository;
        this.transport = transport;
        this.tokens = tokens;
        this.credentials = credentials;
        this.backoff = backoff;
        this.onClose = onClose;
    }

    /**
     * What to ask for.
     *
     * @param what what it is, for people
     * @param target absolute, or relative to the registry's root
     */
    record Call(
            String method,
            String what,
            URI target,
            Map<String, String> headers,
            Optional<Body> body,
            List<String> scopes) {
        Call {
            headers = Map.copyOf(headers);
            scopes = List.copyOf(scopes);
        }
    }

    InFlight inFlight() {
        return inFlight;
    }

    /** The last answer, whatever its status is. The body is the caller's to close. */
    HttpResponse<InputStream> call(Call call) throws JbuildException {
        Endpoint endpoint = host.endpoint(inFlight);
        URI uri = endpoint.base().resolve(call.target());
        List<Challenge> challenges = endpoint.challenges();
        boolean renew = false;
        int attempt = 1;
        while (true) {
            Optional<String> authorization = authorization(endpoint, challenges, call, renew);
            try {
                HttpResponse<InputStream> response = follow(endpoint, uri, call, authorization);
                int status = response.statusCode();
                if (status == 401 && !renew && isOurs(endpoint, response.uri())) {
                    challenges = Challenge.parse(response.headers().allValues("WWW-Authenticate"));
                    renew = true;
                    response.body().close();
                } else if (mayPass(status) && attempt < backoff.attempts()) {
                    response.body().close();
                    inFlight.pause(
                            backoff.pause(attempt++, response.headers().firstValue("Retry-After"), Instant.now()));
                } else {
                    return response;
                }
            } catch (IOException e) {
                if (attempt >= backoff.attempts() || !mayPass(e)) {
                    throw Failures.unreachable(host.domain(), e);
                }
                pause(attempt++);
            }
        }
    }

    private void pause(int attempt) throws JbuildException {
        try {
            inFlight.pause(backoff.pause(attempt, Optional.empty(), Instant.now()));
        } catch (IOException e) {
            throw Failures.unreachable(host.domain(), e);
        }
    }

    private static boolean mayPass(int status) {
        return status == 408 || status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
    }

    private boolean mayPass(IOException e) {
        return !inFlight.isClosed() && !(e instanceof ConnectException) && !(e instanceof SSLException);
    }

    private Optional<String> authorization(Endpoint endpoint, List<Challenge> challenges, Call call, boolean renew)
            throws JbuildException {
        return challenges.isEmpty()
                ? Optional.empty()
                : tokens.authorization(
                        endpoint, challenges, call.scopes(), credentials.find(repository), renew, inFlight);
    }

    private HttpResponse<InputStream> follow(Endpoint endpoint, URI first, Call call, Optional<String> authorization)
            throws IOException, JbuildException {
        URI uri = first;
        String method = call.method();
        for (int redirects = 0; ; redirects++) {
            Map<String, String> headers = new HashMap<>(call.headers());
            // A blob often lies in a storage service that must not see the registry's credential.
            if (isOurs(endpoint, uri)) {
                authorization.ifPresent(value -> headers.put("Authorization", value));
            }
            boolean bodied = method.equals(call.method());
            HttpResponse<InputStream> response = transport.send(
                    method, uri, headers, bodied ? call.body() : Optional.empty(), endpoint.trustAll(), inFlight);
            Optional<String> location = response.headers().firstValue("Location");
            if (!isRedirect(response.statusCode()) || location.isEmpty()) {
                return response;
            }
            response.body().close();
            if (redirects == MOST_REDIRECTS) {
                throw new RemoteError("registry " + host.domain() + " redirects without end for " + call.what());
            }
            method = response.statusCode() == 303 && !method.equals("HEAD") ? "GET" : method;
            uri = next(endpoint, uri, location.get(), call);
        }
    }

    private URI next(Endpoint endpoint, URI from, String location, Call call) throws JbuildException {
        URI to;
        try {
            to = from.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new RemoteError(
                    "registry " + host.domain() + " redirects to \"" + location + "\" for " + call.what(), e);
        }
        if (endpoint.isSecure() && !"https".equals(to.getScheme())) {
            throw new RemoteError(
                    "registry " + host.domain() + " redirects to " + to.getHost() + " without TLS for " + call.what());
        }
        return to;
    }

    private static boolean isRedirect(int status) {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

    private static boolean isOurs(Endpoint endpoint, URI uri) {
        return String.valueOf(uri.getScheme()).equals(endpoint.base().getScheme())
                && String.valueOf(uri.getAuthority())
                        .equalsIgnoreCase(endpoint.base().getAuthority());
    }

    /** What to throw for an answer of an unwelcome status. */
    RemoteError refused(Call call, HttpResponse<InputStream> response) throws JbuildException {
        boolean asked = response.statusCode() == 401 || response.statusCode() == 403;
        return Failures.refused(
                host.domain(),
                call.what(),
                response,
                asked && credentials.find(repository).isPresent());
    }

    RemoteError unreachable(IOException e) {
        return Failures.unreachable(host.domain(), e);
    }

    String domain() {
        return host.domain();
    }

    @Override
    public void close() {
        inFlight.close();
        onClose.accept(this);
    }
}
