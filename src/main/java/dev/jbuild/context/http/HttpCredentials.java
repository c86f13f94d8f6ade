package dev.jbuild.context.http;

import dev.jbuild.context.BuildSecrets;
import dev.jbuild.problem.JbuildException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * What to say to a host to be let in: the secret {@code HTTP_AUTH_HEADER_<host>} or {@code HTTP_AUTH_TOKEN_<host>}, as
 * BuildKit calls them, or a user and password in the address.
 */
record HttpCredentials(BuildSecrets secrets) {
    Optional<String> authorization(URI uri) throws JbuildException {
        Optional<String> token = secrets.find("HTTP_AUTH_TOKEN_" + uri.getHost());
        if (token.isPresent()) {
            return Optional.of("Bearer " + token.get().strip());
        }
        Optional<String> header = secrets.find("HTTP_AUTH_HEADER_" + uri.getHost());
        if (header.isPresent()) {
            return Optional.of(header.get().strip());
        }
        return Optional.ofNullable(uri.getUserInfo())
                .map(user -> "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
    }
}
