package dev.jbuild.registry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Credentials in the files of docker and podman, and in the helper programs that these files name. */
public final class CredentialFiles {
    /** What docker's files and helpers call Docker Hub. */
    static final String DOCKER_HUB = "https://index.docker.io/v1/";

    private final List<Path> files;

    public CredentialFiles(List<Path> files) {
        this.files = List.copyOf(files);
    }

    /** The credential for a repository: the most specific one of the first file that has any. */
    public Optional<Credential> find(ImageReference repository, CredentialHelper helper) throws JbuildException {
        for (Path file : files) {
            Optional<Credential> found = find(AuthFile.read(file), repository, helper);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Optional<Credential> find(AuthFile file, ImageReference repository, CredentialHelper helper)
            throws JbuildException {
        String server = serverKey(repository.domain());
        for (String key : hostKeys(repository.domain())) {
            Optional<String> name = file.helperFor(key);
            if (name.isPresent()) {
                return helper.get(name.get(), key);
            }
        }
        for (String key : keys(repository)) {
            Optional<JsonNode> entry = file.auth(key);
            if (entry.isPresent()) {
                Optional<Credential> found = credential(file, key, entry.get());
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        Optional<String> store = file.defaultHelper();
        return store.isPresent() ? helper.get(store.get(), server) : Optional.empty();
    }

    /** The names of a repository in a file, most specific first. */
    private static List<String> keys(ImageReference repository) {
        List<String> keys = new ArrayList<>();
        for (String host : hostKeys(repository.domain())) {
            String scoped = host + "/" + repository.path();
            while (scoped.length() > host.length()) {
                keys.add(scoped);
                scoped = scoped.substring(0, scoped.lastIndexOf('/'));
            }
        }
        keys.addAll(hostKeys(repository.domain()));
        return keys;
    }

    private static List<String> hostKeys(String domain) {
        return domain.equals("docker.io")
                ? List.of("docker.io", "index.docker.io", "registry-1.docker.io")
                : List.of(domain);
    }

    private static String serverKey(String domain) {
        return domain.equals("docker.io") ? DOCKER_HUB : domain;
    }

    private static Optional<Credential> credential(AuthFile file, String key, JsonNode entry) throws JbuildException {
        String token = entry.path("identitytoken").asText("");
        if (!token.isEmpty()) {
            return Optional.of(new Credential("", token));
        }
        String user = entry.path("username").asText("");
        String password = entry.path("password").asText("");
        if (!user.isEmpty() && !password.isEmpty()) {
            return Optional.of(new Credential(user, password));
        }
        String auth = entry.path("auth").asText("");
        if (auth.isEmpty()) {
            return Optional.empty();
        }
        String pair = decode(file, key, auth);
        int colon = pair.indexOf(':');
        if (colon <= 0) {
            throw unreadable(file, key);
        }
        return Optional.of(new Credential(pair.substring(0, colon), pair.substring(colon + 1)));
    }

    private static String decode(AuthFile file, String key, String auth) throws JbuildException {
        try {
            // Docker pads what it writes with NULs at times.
            return new String(Base64.getDecoder().decode(auth.strip()), StandardCharsets.UTF_8).replace("\0", "");
        } catch (IllegalArgumentException e) {
            EnvironmentError error = unreadable(file, key);
            error.addSuppressed(e);
            throw error;
        }
    }

    private static EnvironmentError unreadable(AuthFile file, String key) {
        return new EnvironmentError(
                "the credential for " + key + " in " + file.path() + " can't be read",
                "log in again with: jbuild login " + key);
    }

    /** Keeps a credential in a file, mode 0600, without touching what else stands there; in a helper if it names one. */
    public static void store(Path file, String domain, Credential credential) throws JbuildException {
        AuthFile auths = AuthFile.read(file);
        Optional<String> helper = auths.helperFor(domain).or(auths::defaultHelper);
        if (helper.isPresent()) {
            HelperProgram.store(helper.get(), serverKey(domain), credential);
            auths.put(serverKey(domain), Optional.empty()).write();
        } else {
            auths.put(serverKey(domain), Optional.of(credential)).write();
        }
    }

    /** Forgets a credential. Returns whether there was one. */
    public static boolean erase(Path file, String domain) throws JbuildException {
        AuthFile auths = AuthFile.read(file);
        Optional<String> helper = auths.helperFor(domain).or(auths::defaultHelper);
        if (helper.isPresent()) {
            HelperProgram.erase(helper.get(), serverKey(domain));
        }
        boolean removed = false;
        for (String key : hostKeys(domain)) {
            removed |= auths.remove(key);
        }
        if (removed) {
            auths.write();
        }
        return removed;
    }
}
