package dev.jbuild.context.http;

import dev.jbuild.problem.RemoteError;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import javax.net.ssl.SSLException;

/** Says in sentences why a download failed. */
final class HttpFailures {
    private HttpFailures() {}

    /** An exchange that broke off or never began. */
    static RemoteError of(String url, IOException e) {
        String start = "failed to load " + url + ": ";
        if (has(e, UnresolvedAddressException.class) || has(e, UnknownHostException.class)) {
            return new RemoteError(start + "unknown host", e, "check the address, and this machine's network and DNS");
        }
        if (has(e, SSLException.class)) {
            return new RemoteError(
                    start + "no trusted TLS connection: " + e.getMessage(),
                    e,
                    "the server's certificate must be one that this machine trusts");
        }
        if (has(e, HttpTimeoutException.class)) {
            return new RemoteError(start + "no answer in time", e, "check the network and any proxy, then try again");
        }
        if (has(e, ConnectException.class)) {
            return new RemoteError(start + "connection refused", e, "is a server running there?");
        }
        return new RemoteError(start + e.getMessage(), e, "try again; the connection may be bad");
    }

    private static boolean has(Throwable e, Class<? extends Throwable> kind) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (kind.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    /** An answer that holds no file. */
    static RemoteError refused(String url, int status) {
        String what = "failed to load " + url + ": invalid response status " + status;
        return switch (status) {
            case 401, 403 ->
                new RemoteError(
                        what,
                        "the server wants a credential: give it as the secret HTTP_AUTH_TOKEN_<host> with --secret");
            case 404, 410 -> new RemoteError(what, "there is no such file on the server; check the address");
            default -> new RemoteError(what, "try again later");
        };
    }
}
