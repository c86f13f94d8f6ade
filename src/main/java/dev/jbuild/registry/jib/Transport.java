package dev.jbuild.registry.jib;

import dev.jbuild.problem.JbuildException;
import dev.jbuild.registry.RegistryClient.Content;
import dev.jbuild.registry.RegistrySettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Sends single HTTP requests: no redirects, no retries, no authentication. Connections are kept and shared. */
final class Transport {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);

    private final RegistrySettings settings;
    private @Nullable SSLContext certificates;
    private @Nullable HttpClient verifying;
    private @Nullable HttpClient trusting;

    Transport(RegistrySettings settings) {
        this.settings = settings;
    }

    /** Loads the certificates that were given, the first time. */
    synchronized void prepare() throws JbuildException {
        Optional<Path> directory = settings.overrides().certificates();
        if (directory.isPresent() && certificates == null) {
            certificates = new Certificates(directory.get()).context();
        }
    }

    /** A request's body, which can be sent more than once. */
    record Body(long size, Content content) {}

    /**
     * @param trustAll whether any certificate is good enough, for registries that were said to be insecure
     */
    HttpResponse<InputStream> send(
            String method,
            URI uri,
            Map<String, String> headers,
            Optional<Body> body,
            boolean trustAll,
            InFlight inFlight)
            throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .method(method, body.map(Transport::publisher).orElseGet(HttpRequest.BodyPublishers::noBody))
                .header("User-Agent", settings.agent());
        headers.forEach(request::header);
        if (body.isEmpty()) {
            request.timeout(ANSWER_TIMEOUT);
        }
        HttpClient client = trustAll ? trusting() : verifying();
        return inFlight.await(client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofInputStream()));
    }

    private static HttpRequest.BodyPublisher publisher(Body body) {
        if (body.size() == 0) {
            return HttpRequest.BodyPublishers.noBody();
        }
        return HttpRequest.BodyPublishers.fromPublisher(
                HttpRequest.BodyPublishers.ofInputStream(() -> open(body.content())), body.size());
    }

    /** A failure to open becomes one to read, which the HTTP client knows how to pass on. */
    private static InputStream open(Content content) {
        try {
            return content.open();
        } catch (IOException e) {
            return new FailedStream(e);
        }
    }

    private static final class FailedStream extends InputStream {
        private final IOException failure;

        FailedStream(IOException failure) {
            this.failure = failure;
        }

        @Override
        public int read() throws IOException {
            throw failure;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            throw failure;
        }
    }

    private synchronized HttpClient verifying() {
        if (verifying == null) {
            HttpClient.Builder builder = builder();
            if (certificates != null) {
                builder.sslContext(certificates);
            }
            verifying = builder.build();
        }
        return verifying;
    }

    private synchronized HttpClient trusting() {
        if (trusting == null) {
            trusting = builder().sslContext(trustAll()).build();
        }
        return trusting;
    }

    private HttpClient.Builder builder() {
        // HTTP/1.1: several connections move several layers faster than one multiplexed connection does.
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT_TIMEOUT);
        settings.proxies().ifPresent(builder::proxy);
        return builder;
    }

    private static SSLContext trustAll() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new TrustAll()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new AssertionError("TLS is part of every JDK", e);
        }
    }

    /** Accepts every certificate. Being an "extended" trust manager, it also stands in for the check of host names. */
    private static final class TrustAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
