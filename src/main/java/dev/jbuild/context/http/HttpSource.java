package dev.jbuild.context.http;

import dev.jbuild.context.BuildSecrets;
import dev.jbuild.context.TransferListener;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.store.BlobStore;
import dev.jbuild.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Downloads files into the store. One that was downloaded before is first asked about: with HEAD by its ETag, since not
 * every server heeds conditions, then with a conditional GET. An address is asked once in the life of this object, which
 * is that of a build. Safe for use by many threads.
 */
public final class HttpSource {
    private final Store store;
    private final HttpExchange exchange;
    private final Map<String, KnownFile> fetched = new ConcurrentHashMap<>();
    private final Map<String, Object> locks = new ConcurrentHashMap<>();

    public HttpSource(Store store, Proxies proxies, BuildSecrets secrets) {
        this.store = store;
        this.exchange = new HttpExchange(proxies, secrets);
    }

    /**
     * A file that the store has now.
     *
     * @param lastModified if the server said so
     */
    public record Fetched(Digest content, long size, Optional<Instant> lastModified) {}

    /**
     * Gets a file.
     *
     * @param checksum what the content's digest must be; a file that the store has by this digest isn't asked about
     * @throws JbuildException if it can't be had, or is another than it should be
     */
    public Fetched fetch(String url, Optional<Digest> checksum, TransferListener listener, Cancellation cancellation)
            throws JbuildException {
        synchronized (locks.computeIfAbsent(url, none -> new Object())) {
            Optional<KnownFile> pinned = checksum.isPresent() ? pinned(url, checksum.get()) : Optional.empty();
            KnownFile file = pinned.isPresent() ? pinned.get() : current(url, listener, cancellation);
            if (checksum.isPresent() && pinned.isEmpty()) {
                verify(url, file, checksum.get());
            }
            return new Fetched(file.content(), file.size(), time(file.lastModified()));
        }
    }

    private Optional<KnownFile> pinned(String url, Digest checksum) throws JbuildException {
        BlobStore blobs = store.blobs();
        Optional<KnownFile> known = KnownFile.find(url, store.records(), blobs);
        if (known.isPresent() && known.get().content().equals(checksum)) {
            return known;
        }
        Optional<Long> size = checksum.algorithm().equals("sha256") ? blobs.size(checksum) : Optional.empty();
        return size.map(bytes -> new KnownFile(checksum, bytes, "", ""));
    }

    private void verify(String url, KnownFile file, Digest checksum) throws JbuildException {
        Digest actual = file.content();
        if (!checksum.algorithm().equals(actual.algorithm())) {
            actual = digest(file.content(), checksum);
        }
        if (!actual.equals(checksum)) {
            throw new UserError(
                    "digest mismatch for " + HttpAddress.shown(url) + ": " + actual + " (expected: " + checksum + ")",
                    "the file on the server is not the one that --checksum names");
        }
    }

    private Digest digest(Digest content, Digest like) throws JbuildException {
        MessageDigest digest = like.newMessageDigest();
        try (InputStream in = store.blobs().open(content)) {
            byte[] buffer = new byte[1 << 16];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        } catch (IOException e) {
            throw new EnvironmentError("a downloaded file can't be read again: " + e.getMessage(), e);
        }
        return new Digest(like.algorithm(), HexFormat.of().formatHex(digest.digest()));
    }

    private KnownFile current(String url, TransferListener listener, Cancellation cancellation) throws JbuildException {
        KnownFile known = fetched.get(url);
        if (known == null) {
            Optional<KnownFile> earlier = KnownFile.find(url, store.records(), store.blobs());
            known = earlier.isPresent() && isUnchanged(url, earlier.get(), cancellation)
                    ? earlier.get()
                    : download(url, earlier.filter(KnownFile::canBeChecked), listener, cancellation);
            fetched.put(url, known);
        }
        return known;
    }

    private boolean isUnchanged(String url, KnownFile known, Cancellation cancellation) throws JbuildException {
        if (known.etag().isEmpty()) {
            return false;
        }
        HttpResponse<InputStream> answer = exchange.send("HEAD", url, conditions(known), cancellation);
        HttpExchange.close(answer);
        String etag = etag(answer.headers());
        return switch (answer.statusCode()) {
            case 200 -> etag.equals(known.etag());
            case 304 -> etag.isEmpty() || etag.equals(known.etag());
            default -> false;
        };
    }

    private static Map<String, String> conditions(KnownFile known) {
        Map<String, String> headers = new LinkedHashMap<>();
        if (!known.etag().isEmpty()) {
            headers.put("If-None-Match", known.etag());
        } else if (!known.lastModified().isEmpty()) {
            headers.put("If-Modified-Since", known.lastModified());
        }
        return headers;
    }

    private KnownFile download(
            String url, Optional<KnownFile> earlier, TransferListener listener, Cancellation cancellation)
            throws JbuildException {
        long began = System.nanoTime();
        Map<String, String> headers = earlier.map(HttpSource::conditions).orElse(Map.of());
        HttpResponse<InputStream> answer = exchange.send("GET", url, headers, cancellation);
        int status = answer.statusCode();
        if (status == 304 && earlier.isPresent()) {
            HttpExchange.close(answer);
            return earlier.get();
        }
        if (status < 200 || status >= 300) {
            HttpExchange.close(answer);
            throw HttpFailures.refused(HttpAddress.shown(url), status);
        }
        Descriptor content = new Download(store.blobs(), url, listener, cancellation).receive(answer);
        KnownFile file = new KnownFile(
                content.digest(),
                content.size(),
                etag(answer.headers()),
                answer.headers().firstValue("Last-Modified").orElse(""));
        file.keep(url, Duration.ofNanos(System.nanoTime() - began), store.records());
        return file;
    }

    private static String etag(HttpHeaders headers) {
        String etag = headers.firstValue("ETag").orElse("");
        return etag.startsWith("W/") ? etag.substring(2) : etag;
    }

    private static Optional<Instant> time(String lastModified) {
        try {
            return lastModified.isEmpty()
                    ? Optional.empty()
                    : Optional.of(ZonedDateTime.parse(lastModified, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant());
        } catch (DateTimeParseException e) {
            // Then it is as if the server had said nothing.
            return Optional.empty();
        }
    }
}
