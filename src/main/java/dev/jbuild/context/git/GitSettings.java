package dev.jbuild.context.git;

import dev.jbuild.context.http.Proxies;
import java.util.Map;
import java.util.Optional;

/**
 * What the git program needs of a user's environment.
 *
 * @param searchPath where programs are looked up, {@code PATH}
 * @param sshAgent the socket of the user's SSH agent
 */
public record GitSettings(String searchPath, Optional<String> sshAgent, Proxies proxies) {
    /** Reads them from these variables. */
    public static GitSettings of(Map<String, String> environment) {
        Optional<String> agent = Optional.ofNullable(environment.get("SSH_AUTH_SOCK"));
        return new GitSettings(
                environment.getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin"),
                agent.filter(socket -> !socket.isEmpty()),
                Proxies.of(environment));
    }
}
