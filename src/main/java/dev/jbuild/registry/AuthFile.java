package dev.jbuild.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One credential file: docker's {@code config.json} or podman's {@code auth.json}. What we don't know in it stays. */
final class AuthFile {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Path path;
    private final ObjectNode json;

    private AuthFile(Path path, ObjectNode json) {
        this.path = path;
        this.json = json;
    }

    /** Reads a file; one that isn't there is empty. */
    static AuthFile read(Path path) throws JbuildException {
        try {
            byte[] bytes = Files.readAllBytes(path);
            if (new String(bytes, StandardCharsets.UTF_8).isBlank()) {
                return new AuthFile(path, MAPPER.createObjectNode());
            }
            if (MAPPER.readTree(bytes) instanceof ObjectNode object) {
                return new AuthFile(path, object);
            }
            throw new EnvironmentError("the credential file " + path + " isn't a JSON object");
        } catch (NoSuchFileException e) {
            return new AuthFile(path, MAPPER.createObjectNode());
        } catch (IOException e) {
            throw new EnvironmentError("the credential file " + path + " can't be read: " + e.getMessage(), e);
        }
    }

    Path path() {
        return path;
    }

    Optional<String> helperFor(String host) {
        return text(json.path("credHelpers").path(host));
    }

    Optional<String> defaultHelper() {
        return text(json.path("credsStore"));
    }

    private static Optional<String> text(JsonNode node) {
        return node.isTextual() && !node.asText().isEmpty() ? Optional.of(node.asText()) : Optional.empty();
    }

    /** The entry under a key in its normal form (see {@link #normal}). */
    Optional<JsonNode> auth(String key) {
        JsonNode auths = json.path("auths");
        if (auths.has(key)) {
            return Optional.of(auths.get(key));
        }
        return auths.properties().stream()
                .filter(entry -> normal(entry.getKey()).equals(key))
                .map(java.util.Map.Entry::getValue)
                .findFirst();
    }

    AuthFile put(String key, Optional<Credential> credential) {
        ObjectNode entry = json.withObjectProperty("auths").putObject(key);
        credential.ifPresent(value -> {
            if (value.isIdentityToken()) {
                entry.put("identitytoken", value.secret());
            } else {
                byte[] pair = (value.user() + ":" + value.secret()).getBytes(StandardCharsets.UTF_8);
                entry.put("auth", Base64.getEncoder().encodeToString(pair));
            }
        });
        return this;
    }

    boolean remove(String normalKey) {
        if (!(json.path("auths") instanceof ObjectNode auths)) {
            return false;
        }
        List<String> doomed = new ArrayList<>();
        auths.fieldNames().forEachRemaining(key -> {
            if (normal(key).equals(normalKey)) {
                doomed.add(key);
            }
        });
        auths.remove(doomed);
        return !doomed.isEmpty();
    }

    /** Old files have URLs for keys, of which only the host counts. */
    private static String normal(String key) {
        int scheme = key.indexOf("://");
        String rest = scheme < 0 ? key : key.substring(scheme + 3);
        int slash = rest.indexOf('/');
        boolean url = scheme >= 0 || rest.endsWith("/v1/") || rest.endsWith("/v2/");
        return (slash >= 0 && url ? rest.substring(0, slash) : rest).toLowerCase(Locale.ROOT);
    }

    void write() throws JbuildException {
        Path temporary = path;
        try {
            Path target = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
            Path directory = Optional.ofNullable(target.getParent()).orElse(target);
            Files.createDirectories(directory);
            temporary = Files.createTempFile(
                    directory,
                    ".auth",
                    ".json",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.write(temporary, MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            EnvironmentError error =
                    new EnvironmentError("the credential file " + path + " can't be written: " + e.getMessage(), e);
            deleteTemporary(temporary, error);
            throw error;
        }
    }

    private void deleteTemporary(Path temporary, EnvironmentError error) {
        if (!temporary.equals(path)) {
            try {
                Files.deleteIfExists(temporary);
            } catch (IOException e) {
                error.addSuppressed(e);
            }
        }
    }
}
