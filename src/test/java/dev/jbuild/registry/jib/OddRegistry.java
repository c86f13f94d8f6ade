package dev.jbuild.registry.jib;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.jbuild.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A loopback registry that works, and misbehaves in the ways that a test tells it to. */
final class OddRegistry implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
    final Map<String, byte[]> manifests = new ConcurrentHashMap<>();
    final Map<String, String> manifestTypes = new ConcurrentHashMap<>();
    /** Each request as {@code METHOD path?query}. */
    final List<String> requests = new CopyOnWriteArrayList<>();

    final List<String> authorizations = new CopyOnWriteArrayList<>();
    private final List<Fault> faults = new CopyOnWriteArrayList<>();

    /** Answers a request in place of the registry. */
    @FunctionalInterface
    interface Fault {
        /** Whether it answered. */
        boolean answer(HttpExchange exchange) throws IOException;
    }

    OddRegistry() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    String domain() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    Digest blob(byte[] content) {
        Digest digest = Digest.sha256(content);
        blobs.put(digest.toString(), content);
        return digest;
    }

    void fault(Fault fault) {
        faults.add(fault);
    }

    /** Answers the first {@code times} requests that begin so with a status. */
    void failFirst(int times, String start, int status, Map<String, String> headers) {
        int[] left = {times};
        fault(exchange -> {
            synchronized (left) {
                if (!line(exchange).startsWith(start) || left[0]-- <= 0) {
                    return false;
                }
            }
            headers.forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
            send(exchange, status, new byte[0]);
            return true;
        });
    }

    static String line(HttpExchange exchange) {
        return exchange.getRequestMethod() + " " + exchange.getRequestURI();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            requests.add(line(exchange));
            Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                    .ifPresent(authorizations::add);
            for (Fault fault : faults) {
                if (fault.answer(exchange)) {
                    return;
                }
            }
            serve(exchange);
        }
    }

    private void serve(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String last = path.substring(path.lastIndexOf('/') + 1);
        String method = exchange.getRequestMethod();
        if (path.equals("/v2/")) {
            send(exchange, 200, new byte[0]);
        } else if (path.contains("/manifests/")) {
            manifest(exchange, method, last);
        } else if (path.endsWith("/blobs/uploads/")) {
            exchange.getResponseHeaders().set("Location", path + "session?state=a%2Fb");
            send(exchange, 202, new byte[0]);
        } else if (path.contains("/blobs/uploads/") && method.equals("PUT")) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String query = exchange.getRequestURI().getQuery();
            String digest = query.substring(query.indexOf("digest=") + 7);
            blobs.put(digest, body);
            send(exchange, Digest.sha256(body).toString().equals(digest) ? 201 : 400, new byte[0]);
        } else {
            blob(exchange, method, blobs.get(last));
        }
    }

    private void manifest(HttpExchange exchange, String method, String name) throws IOException {
        if (method.equals("PUT")) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            manifests.put(name, body);
            manifestTypes.put(name, exchange.getRequestHeaders().getFirst("Content-Type"));
            send(exchange, 201, new byte[0]);
        } else if (manifests.containsKey(name)) {
            exchange.getResponseHeaders().set("Content-Type", manifestTypes.getOrDefault(name, "text/plain"));
            send(exchange, 200, manifests.get(name));
        } else {
            error(exchange, 404, "MANIFEST_UNKNOWN", "manifest unknown");
        }
    }

    private static void blob(HttpExchange exchange, String method, byte @Nullable [] content) throws IOException {
        if (content == null) {
            error(exchange, 404, "BLOB_UNKNOWN", "blob unknown to registry");
        } else if (method.equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(content.length));
            exchange.sendResponseHeaders(200, -1);
        } else {
            String range = exchange.getRequestHeaders().getFirst("Range");
            int from = range == null ? 0 : Integer.parseInt(range.substring(6, range.length() - 1));
            send(exchange, range == null ? 200 : 206, java.util.Arrays.copyOfRange(content, from, content.length));
        }
    }

    static void error(HttpExchange exchange, int status, String code, String message) throws IOException {
        String json = "{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"" + message + "\"}]}";
        send(exchange, status, json.getBytes(StandardCharsets.UTF_8));
    }

    static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        try (InputStream rest = exchange.getRequestBody()) {
            rest.readAllBytes();
        }
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
