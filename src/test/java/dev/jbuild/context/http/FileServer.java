package dev.jbuild.context.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A server of files for tests, which writes down what it is asked. */
final class FileServer implements AutoCloseable {
    final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private final HttpServer server;
    private final Map<String, File> files = new HashMap<>();

    /** A file; its headers as name and value in turn. */
    private record File(int status, String content, List<String> headers) {}

    FileServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    void put(String path, String content, String... headers) {
        files.put(path, new File(200, content, List.of(headers)));
    }

    void answer(String path, int status, String... headers) {
        files.put(path, new File(status, "", List.of(headers)));
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String condition = exchange.getRequestHeaders().getFirst("If-None-Match");
            String since = exchange.getRequestHeaders().getFirst("If-Modified-Since");
            String authorization = exchange.getRequestHeaders().getFirst("Authorization");
            asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI()
                    + (condition == null ? "" : " if not " + condition)
                    + (since == null ? "" : " if since " + since)
                    + (authorization == null ? "" : " as " + authorization));
            File file = files.getOrDefault(exchange.getRequestURI().getPath(), new File(404, "", List.of()));
            for (int i = 0; i < file.headers.size(); i += 2) {
                exchange.getResponseHeaders().add(file.headers.get(i), file.headers.get(i + 1));
            }
            boolean same = file.headers.contains(String.valueOf(since));
            byte[] content = file.content.getBytes(StandardCharsets.UTF_8);
            if (same || exchange.getRequestMethod().equals("HEAD") || content.length == 0) {
                exchange.sendResponseHeaders(same ? 304 : file.status, -1);
            } else {
                exchange.sendResponseHeaders(file.status, content.length);
                exchange.getResponseBody().write(content);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
