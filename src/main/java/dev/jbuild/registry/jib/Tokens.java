package dev.jbuild.registry.jib;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.RemoteError;
import dev.jbuild.registry.Credential;
import dev.jbuild.registry.jib.RegistryHost.Endpoint;
import dev.jbuild.registry.jib.Transport.Body;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** Turns challenges into {@code Authorization} headers: Basic, or Bearer tokens by scope, kept while they last. */
final class Tokens {
    private static final int LONGEST_ANSWER = 1 << 20;

    private final String domain;
    private final Transport transport;
    private final Map<String, Token> tokens = new ConcurrentHashMap<>();

    Tokens(String domain, Transport transport) {
        this.domain = domain;
        this.transport = transport;
    }

    private record Token(String value, Instant until) {}

    /**
     * The header's value for a call that needs these scopes; nothing when none of the challenges can be met.
     *
     * @param renew don't use a token that was kept
     */
    Optional<String> authorization(
            Endpoint endpoint,
            List<Challenge> challenges,
            Collection<String> scopes,
            Optional<Credential> credential,
            boolean renew,
            InFlight inFlight)
            throws JbuildException {
        for (Challenge challenge : challenges) {
            if (challenge.scheme().equals("bearer")
                    && challenge.parameter("realm").isPresent()) {
                return Optional.of("Bearer " + token(endpoint, challenge, scopes, credential, renew, inFlight));
            }
        }
        boolean basic =
                challenges.stream().anyMatch(challenge -> challenge.scheme().equals("basic"));
        return basic ? credential.filter(c -> !c.isIdentityToken()).map(Tokens::basic) : Optional.empty();
    }

    static String basic(Credential credential) {
        byte[] pair = (credential.user() + ":" + credential.secret()).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    private String token(
            Endpoint endpoint,
            Challenge challenge,
            Collection<String> wanted,
            Optional<Credential> credential,
            boolean renew,
            InFlight inFlight)
            throws JbuildException {
        NavigableSet<String> scopes = new TreeSet<>(wanted);
        challenge.parameter("scope").ifPresent(scope -> scopes.addAll(List.of(scope.split(" "))));
        String key = challenge.parameter("service").orElse("") + " " + scopes + credential.hashCode();
        Token kept = tokens.get(key);
        if (kept != null && !renew && Instant.now().isBefore(kept.until())) {
            return kept.value();
        }
        Token fresh = fetch(endpoint, challenge, scopes, credential, inFlight);
        tokens.put(key, fresh);
        return fresh.value();
    }

    private Token fetch(
            Endpoint endpoint,
            Challenge challenge,
            Collection<String> scopes,
            Optional<Credential> credential,
            InFlight inFlight)
            throws JbuildException {
        URI realm = realm(endpoint, challenge, credential.isPresent());
        try {
            HttpResponse<InputStream> response = request(realm, endpoint, challenge, scopes, credential, inFlight);
            if (response.statusCode() != 200) {
                throw Failures.refused(
                        domain, "a token for " + String.join(" ", scopes), response, credential.isPresent());
            }
            try (InputStream body = response.body()) {
                return read(new ObjectMapper().readTree(body.readNBytes(LONGEST_ANSWER)));
            }
        } catch (IOException e) {
            throw new RemoteError(
                    "the token service " + realm.getHost() + " of registry " + domain + " failed: " + e.getMessage(),
                    e);
        }
    }

    private URI realm(Endpoint endpoint, Challenge challenge, boolean withCredential) throws JbuildException {
        String text = challenge.parameter("realm").orElse("");
        try {
            URI realm = endpoint.base().resolve(URI.create(text));
            if (withCredential && endpoint.isSecure() && !"https".equals(realm.getScheme())) {
                throw new RemoteError("registry " + domain + " wants the credential sent to " + text + " without TLS");
            }
            return realm;
        } catch (IllegalArgumentException e) {
            throw new RemoteError("registry " + domain + " names a token service that isn't an address: " + text, e);
        }
    }

    private HttpResponse<InputStream> request(
            URI realm,
            Endpoint endpoint,
            Challenge challenge,
            Collection<String> scopes,
            Optional<Credential> credential,
            InFlight inFlight)
            throws IOException {
        List<String> pairs = new ArrayList<>();
        challenge.parameter("service").ifPresent(service -> pairs.add("service=" + encode(service)));
        if (credential.isPresent() && credential.get().isIdentityToken()) {
            pairs.add("grant_type=refresh_token");
            pairs.add("client_id=jbuild");
            pairs.add("refresh_token=" + encode(credential.get().secret()));
            pairs.add("scope=" + encode(String.join(" ", scopes)));
            byte[] form = String.join("&", pairs).getBytes(StandardCharsets.US_ASCII);
            return transport.send(
                    "POST",
                    realm,
                    Map.of("Content-Type", "application/x-www-form-urlencoded"),
                    Optional.of(new Body(form.length, () -> new ByteArrayInputStream(form))),
                    endpoint.trustAll(),
                    inFlight);
        }
        credential.ifPresent(c -> pairs.add("account=" + encode(c.user())));
        scopes.forEach(scope -> pairs.add("scope=" + encode(scope)));
        String query = (realm.getRawQuery() == null ? "" : realm.getRawQuery() + "&") + String.join("&", pairs);
        URI uri = URI.create(realm.toString().replaceFirst("[?#].*", "") + "?" + query);
        Map<String, String> headers =
                credential.map(c -> Map.of("Authorization", basic(c))).orElse(Map.of());
        return transport.send("GET", uri, headers, Optional.empty(), endpoint.trustAll(), inFlight);
    }

    private static Token read(JsonNode json) throws IOException {
        String value = json.path("token").asText(json.path("access_token").asText(""));
        if (value.isEmpty()) {
            throw new IOException("its answer holds no token");
        }
        long seconds = Math.max(60, json.path("expires_in").asLong(60));
        // Some seconds early, for the way to the registry takes time too.
        return new Token(value, Instant.now().plusSeconds(seconds - 10));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
