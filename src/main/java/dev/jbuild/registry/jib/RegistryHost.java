package dev.jbuild.registry.jib;

import dev.jbuild.problem.JbuildException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where one registry is, how it is spoken to, and how it wants one to authenticate. Found out by the first call. */
final class RegistryHost {
    private final String domain;
    private final boolean insecure;
    private final Transport transport;
    private @Nullable Endpoint endpoint;

    RegistryHost(String domain, boolean insecure, Transport transport) {
        this.domain = domain;
        this.insecure = insecure;
        this.transport = transport;
    }

    /**
     * How a registry is reached.
     *
     * @param base scheme and authority
     * @param challenges what it answered to an unauthenticated call
     */
    record Endpoint(URI base, boolean trustAll, List<Challenge> challenges) {
        Endpoint {
            challenges = List.copyOf(challenges);
        }

        boolean isSecure() {
            return "https".equals(base.getScheme()) && !trustAll;
        }
    }

    String domain() {
        return domain;
    }

    synchronized Endpoint endpoint(InFlight inFlight) throws JbuildException {
        if (endpoint == null) {
            try {
                endpoint = find(inFlight);
            } catch (IOException e) {
                throw Failures.unreachable(domain, e);
            }
        }
        return endpoint;
    }

    private Endpoint find(InFlight inFlight) throws IOException {
        String authority = domain.equals("docker.io") ? "registry-1.docker.io" : domain;
        if (isLoopback(hostOf(domain))) {
            return firstOf("http://" + authority, "https://" + authority, inFlight);
        }
        return insecure
                ? firstOf("https://" + authority, "http://" + authority, inFlight)
                : ping(URI.create("https://" + authority), false, inFlight)
                        .orElseThrow(() -> new IOException("it doesn't speak the registry protocol"));
    }

    private Endpoint firstOf(String first, String second, InFlight inFlight) throws IOException {
        IOException failure;
        try {
            Optional<Endpoint> found = ping(URI.create(first), true, inFlight);
            if (found.isPresent()) {
                return found.get();
            }
            failure = new IOException("it speaks TLS only");
        } catch (ConnectException e) {
            if (hasPort(domain)) {
                throw e;
            }
            failure = e;
        } catch (IOException e) {
            failure = e;
        }
        try {
            return ping(URI.create(second), true, inFlight).orElseThrow(() -> new IOException("it speaks TLS only"));
        } catch (IOException e) {
            failure.addSuppressed(e);
            throw failure;
        }
    }

    /** Asks for {@code /v2/}. Nothing when this is a TLS server that was spoken to in plain text. */
    private Optional<Endpoint> ping(URI base, boolean trustAll, InFlight inFlight) throws IOException {
        HttpResponse<InputStream> response =
                transport.send("GET", base.resolve("/v2/"), Map.of(), Optional.empty(), trustAll, inFlight);
        try (InputStream body = response.body()) {
            body.readNBytes(4096);
        }
        if (response.statusCode() == 400 && "http".equals(base.getScheme())) {
            return Optional.empty();
        }
        List<Challenge> challenges = response.statusCode() == 401
                ? Challenge.parse(response.headers().allValues("WWW-Authenticate"))
                : List.of();
        return Optional.of(new Endpoint(base, trustAll, challenges));
    }

    static boolean hasPort(String domain) {
        return domain.lastIndexOf(':') > domain.lastIndexOf(']');
    }

    /** The domain without its port and without the brackets of an IPv6 address. */
    static String hostOf(String domain) {
        String host = hasPort(domain) ? domain.substring(0, domain.lastIndexOf(':')) : domain;
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    static boolean isLoopback(String host) {
        String plain = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        String lower = plain.toLowerCase(Locale.ROOT);
        return lower.equals("localhost")
                || lower.endsWith(".localhost")
                || lower.equals("::1")
                || lower.matches("127\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}");
    }
}
