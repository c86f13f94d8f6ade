package dev.jbuild.context.git;

import dev.jbuild.context.BuildSecrets;
import dev.jbuild.problem.JbuildException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What to say to a server of repositories to be let in: the secret {@code GIT_AUTH_TOKEN} or {@code GIT_AUTH_HEADER},
 * with or without the host after a dot, as BuildKit calls them. Handed over in variables, which unlike arguments others
 * can't see.
 */
record GitCredentials(BuildSecrets secrets) {
    private static final List<String> SHARED_PREFIXES = List.of("https://github.com/", "https://www.github.com/");

    Map<String, String> variables(String remote) throws JbuildException {
        if (!remote.startsWith("http")) {
            return Map.of();
        }
        Optional<String> header = header(host(remote));
        Map<String, String> variables = new LinkedHashMap<>();
        if (header.isPresent()) {
            variables.put("GIT_CONFIG_COUNT", "1");
            variables.put("GIT_CONFIG_KEY_0", "http." + scope(remote) + ".extraheader");
            variables.put("GIT_CONFIG_VALUE_0", "Authorization: " + header.get());
        }
        return variables;
    }

    private static String host(String remote) {
        try {
            URI uri = URI.create(remote);
            return uri.getPort() < 0 ? String.valueOf(uri.getHost()) : uri.getHost() + ":" + uri.getPort();
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private Optional<String> header(String host) throws JbuildException {
        for (String suffix : List.of("." + host, "")) {
            Optional<String> header = secrets.find("GIT_AUTH_HEADER" + suffix);
            if (header.isPresent()) {
                return Optional.of(header.get().strip());
            }
            Optional<String> token = secrets.find("GIT_AUTH_TOKEN" + suffix);
            if (token.isPresent()) {
                String user = "x-access-token:" + token.get().strip();
                return Optional.of(
                        "basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
            }
        }
        return Optional.empty();
    }

    /** Submodules of a repository on GitHub are mostly there too, and need the same token. */
    private static String scope(String remote) {
        return SHARED_PREFIXES.stream().filter(remote::startsWith).findFirst().orElse(remote);
    }
}
