package dev.jbuild.registry.jib;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jbuild.problem.RemoteError;
import dev.jbuild.problem.RemoteUnavailable;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;

/** Says in sentences what went wrong with a registry. */
final class Failures {
    private static final int LONGEST_BODY = 64 * 1024;

    private Failures() {}

    /** A call that no answer came to. */
    static RemoteError unreachable(String domain, IOException e) {
        String start = "registry " + domain + " can't be reached: ";
        if (has(e, UnresolvedAddressException.class) || has(e, UnknownHostException.class)) {
            return new RemoteUnavailable(
                    start + "unknown host", e, "check the registry's name and this machine's network and DNS");
        }
        if (has(e, SSLException.class)) {
            return new RemoteUnavailable(
                    "registry " + domain + " can't be spoken to by TLS: " + e.getMessage(),
                    e,
                    "if it has no certificate that this machine trusts, or none at all, add " + domain
                            + " to the insecure registries");
        }
        if (has(e, HttpTimeoutException.class)) {
            return new RemoteUnavailable(
                    start + "no answer in time", e, "check the network and any proxy, then try again");
        }
        if (has(e, ConnectException.class)) {
            return new RemoteUnavailable(start + "connection refused", e, "is a registry running at " + domain + "?");
        }
        return new RemoteUnavailable(start + e.getMessage(), e, "try again; the connection may be bad");
    }

    private static boolean has(Throwable e, Class<? extends Throwable> kind) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (kind.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    /**
     * An answer that isn't what was hoped for; its body is read and closed.
     *
     * @param what the thing asked for, such as {@code manifest of localhost:5000/app:1}
     * @param loggedIn whether a credential was sent
     */
    static RemoteError refused(String domain, String what, HttpResponse<InputStream> response, boolean loggedIn) {
        int status = response.statusCode();
        String reason = reason(response);
        if (status == 401 || status == 403) {
            return new RemoteError(
                    "registry " + domain + " denies access to " + what + ": " + reason, hint(domain, loggedIn));
        }
        if (status == 404) {
            return new RemoteError(
                    "registry " + domain + " has no " + what + ": " + reason, "check the name and the tag");
        }
        if (status == 429) {
            return new RemoteUnavailable(
                    "registry " + domain + " was asked too often: " + reason,
                    "wait a while, or log in with: jbuild login " + domain);
        }
        return new RemoteUnavailable("registry " + domain + " failed on " + what + ": " + reason, "try again later");
    }

    static String hint(String domain, boolean loggedIn) {
        return loggedIn
                ? "the credential that was used doesn't allow this; log in again with: jbuild login " + domain
                : "it may not exist, or you must log in with: jbuild login " + domain;
    }

    private static String reason(HttpResponse<InputStream> response) {
        String status = "status " + response.statusCode();
        try (InputStream body = response.body()) {
            byte[] bytes = body.readNBytes(LONGEST_BODY);
            List<String> messages = new ArrayList<>();
            JsonNode json = new ObjectMapper().readTree(bytes);
            for (JsonNode error : json.path("errors")) {
                String message = error.path("message").asText("");
                messages.add(message.isEmpty() ? error.path("code").asText("") : message);
            }
            if (messages.isEmpty() && json.path("details").isTextual()) {
                messages.add(json.path("details").asText());
            }
            messages.removeIf(String::isEmpty);
            return messages.isEmpty() ? status : String.join("; ", messages) + " (" + status + ")";
        } catch (IOException e) {
            return status;
        }
    }
}
