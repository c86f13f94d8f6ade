package dev.jbuild.context.http;

import dev.jbuild.context.BuildSecrets;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.RemoteError;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Sends requests and follows redirects, with the credentials that secrets hold for each host. Safe for many threads. */
@SuppressWarnings("try") // registrations are held, not used
final class HttpExchange {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);
    private static final int MOST_REDIRECTS = 10;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final Proxies proxies;
    private final BuildSecrets secrets;
    private @Nullable HttpClient client;

    HttpExchange(Proxies proxies, BuildSecrets secrets) {
        this.proxies = proxies;
        this.secrets = secrets;
    }

    private synchronized HttpClient client() {
        if (client == null) {
            client = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(CONNECT_TIMEOUT)
                    .proxy(proxies.selector())
                    .build();
        }
        return client;
    }

    /**
     * Sends a request, and again where the answer leads.
     *
     * @throws JbuildException if no answer came; its status may be any
     */
    HttpResponse<InputStream> send(String method, String url, Map<String, String> headers, Cancellation cancellation)
            throws JbuildException {
        URI uri = parse(url);
        for (int i = 0; i <= MOST_REDIRECTS; i++) {
            HttpResponse<InputStream> response = sendOnce(method, uri, headers, cancellation);
            Optional<String> location = response.headers().firstValue("Location");
            if (!REDIRECTS.contains(response.statusCode()) || location.isEmpty()) {
                return response;
            }
            close(response);
            URI next = uri.resolve(parse(location.get()));
            boolean downgrade = isHttps(uri) && !isHttps(next);
            if (downgrade || !(isHttps(next) || "http".equalsIgnoreCase(next.getScheme()))) {
                throw new RemoteError(shown(url) + " leads to " + shown(next.toString()) + ", which "
                        + (downgrade ? "is not encrypted as the former is" : "is no HTTP address"));
            }
            uri = next;
        }
        throw new RemoteError(
                shown(url) + " leads from one address to another, more than " + MOST_REDIRECTS + " times");
    }

    private static boolean isHttps(URI uri) {
        return "https".equalsIgnoreCase(uri.getScheme());
    }

    private static URI parse(String url) throws UserError {
        try {
            int hash = url.indexOf('#');
            return URI.create(HttpAddress.escaped(hash < 0 ? url : url.substring(0, hash)));
        } catch (IllegalArgumentException e) {
            throw new UserError("invalid URL " + shown(url) + ": " + e.getMessage(), e);
        }
    }

    private HttpResponse<InputStream> sendOnce(
            String method, URI uri, Map<String, String> headers, Cancellation cancellation) throws JbuildException {
        cancellation.throwIfCancelled();
        if (uri.getHost() == null) {
            throw new UserError("invalid URL " + shown(uri.toString()) + ": there is no host in it");
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(withoutUser(uri))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(ANSWER_TIMEOUT)
                .header("User-Agent", "jbuild");
        headers.forEach(request::header);
        new HttpCredentials(secrets).authorization(uri).ifPresent(value -> request.header("Authorization", value));
        CompletableFuture<HttpResponse<InputStream>> answer =
                client().sendAsync(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        try (Cancellation.Registration registration = cancellation.onCancel(() -> answer.cancel(true))) {
            return await(answer, uri, cancellation);
        }
    }

    private static URI withoutUser(URI uri) {
        if (uri.getRawUserInfo() == null) {
            return uri;
        }
        return URI.create(uri.toString().replaceFirst(Pattern.quote(uri.getRawUserInfo() + "@"), ""));
    }

    private static HttpResponse<InputStream> await(
            CompletableFuture<HttpResponse<InputStream>> answer, URI uri, Cancellation cancellation)
            throws JbuildException {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw HttpFailures.of(shown(uri.toString()), new IOException("interrupted", e));
        } catch (CancellationException e) {
            cancellation.throwIfCancelled();
            throw HttpFailures.of(shown(uri.toString()), new IOException("the transfer was ended", e));
        } catch (ExecutionException e) {
            cancellation.throwIfCancelled();
            IOException cause = e.getCause() instanceof IOException known
                    ? known
                    : new IOException(String.valueOf(e.getCause()), e.getCause());
            throw HttpFailures.of(shown(uri.toString()), cause);
        }
    }

    static String shown(String url) {
        return HttpAddress.shown(url);
    }

    static void close(HttpResponse<InputStream> response) {
        try {
            response.body().close();
        } catch (IOException e) {
            // Nobody wants what it says.
        }
    }
}
