package dev.jbuild.registry.jib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.RemoteError;
import dev.jbuild.registry.Credential;
import dev.jbuild.registry.RegistryClient;
import dev.jbuild.registry.RegistrySettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HttpRegistryClientTest {
    private static final byte[] CONTENT = new byte[300_000];
    private static final byte[] MANIFEST = "{\"schemaVersion\":2}".getBytes(StandardCharsets.UTF_8);
    private static final Backoff FAST = new Backoff(4, Duration.ofMillis(5), Duration.ofMillis(2000));

    @TempDir
    Path directory;

    private OddRegistry registry;
    private HttpRegistries registries;

    @BeforeEach
    void start() throws IOException {
        new Random(7).nextBytes(CONTENT);
        registry = new OddRegistry();
        registries = new HttpRegistries(RegistrySettings.of(List.of(directory.resolve("auth.json")), Set.of()), FAST);
    }

    @AfterEach
    void stop() {
        registries.close();
        registry.close();
    }

    private ImageReference reference(String tag) {
        return new ImageReference(registry.domain(), "team/app", Optional.of(tag), Optional.empty());
    }

    private RegistryClient client() throws JbuildException {
        return registries.client(reference("1"));
    }

    private static Descriptor descriptor(Digest digest, long size) {
        return new Descriptor(MediaTypes.OCI_LAYER, digest, size);
    }

    private Descriptor content() {
        return descriptor(registry.blob(CONTENT), CONTENT.length);
    }

    private static byte[] read(RegistryClient client, Descriptor blob) throws JbuildException, IOException {
        try (InputStream in = client.pullBlob(blob)) {
            return in.readAllBytes();
        }
    }

    private void credential(String user, String password) throws JbuildException {
        dev.jbuild.registry.CredentialFiles.store(
                directory.resolve("auth.json"), registry.domain(), new Credential(user, password));
    }

    @Test
    void pullsAndPushesManifests() throws Exception {
        client().pushManifest(reference("2"), MediaTypes.OCI_MANIFEST, MANIFEST);
        RegistryClient.Fetched fetched = client().pullManifest(reference("2"));
        assertThat(fetched.mediaType()).isEqualTo(MediaTypes.OCI_MANIFEST);
        assertThat(fetched.document().bytes()).isEqualTo(MANIFEST);
    }

    @Test
    void refusesManifestOfAnotherDigest() {
        Digest wanted = Digest.sha256(new byte[] {1});
        registry.manifests.put(wanted.toString(), MANIFEST);
        assertThatThrownBy(() -> client().pullManifest(reference("1").withDigest(wanted)))
                .isInstanceOf(RemoteError.class)
                .hasMessageContaining("its digest isn't " + wanted);
    }

    @Test
    void refusesManifestThatDiffersFromItsHeader() {
        registry.manifests.put("1", MANIFEST);
        registry.fault(exchange -> {
            exchange.getResponseHeaders()
                    .set("Docker-Content-Digest", Digest.sha256(new byte[1]).toString());
            return false;
        });
        assertThatThrownBy(() -> client().pullManifest(reference("1"))).isInstanceOf(RemoteError.class);
    }

    @Test
    void saysWhatIsNotThere() {
        assertThatThrownBy(() -> client().pullManifest(reference("nope")))
                .isInstanceOf(RemoteError.class)
                .hasMessageContaining("team/app:nope")
                .hasMessageContaining("manifest unknown");
    }

    @Test
    void saysThatNothingListens() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        ImageReference gone = new ImageReference("localhost:" + free, "app", Optional.of("1"), Optional.empty());
        assertThatThrownBy(() -> registries.client(gone).pullManifest(gone))
                .isInstanceOf(RemoteError.class)
                .hasMessage("registry localhost:" + free + " can't be reached: connection refused");
    }

    @Test
    void triesAgainWhenAskedTooOften() throws Exception {
        Descriptor blob = content();
        registry.failFirst(2, "GET /v2/team/app/blobs", 429, Map.of("Retry-After", "1"));
        long start = System.nanoTime();
        assertThat(read(client(), blob)).isEqualTo(CONTENT);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(1900));
    }

    @Test
    void triesAgainAfterServerErrorsButNotForever() throws Exception {
        Descriptor blob = content();
        registry.failFirst(3, "GET /v2/team/app/blobs", 503, Map.of());
        assertThat(read(client(), blob)).isEqualTo(CONTENT);
        registry.failFirst(99, "HEAD", 500, Map.of());
        assertThatThrownBy(() -> client().hasBlob(blob)).isInstanceOf(RemoteError.class);
    }

    @Test
    void takesUpACutDownload() throws Exception {
        Descriptor blob = content();
        int[] left = {2};
        registry.fault(exchange -> {
            if (!OddRegistry.line(exchange).startsWith("GET /v2/team/app/blobs") || left[0]-- <= 0) {
                return false;
            }
            String range = exchange.getRequestHeaders().getFirst("Range");
            int from = range == null ? 0 : Integer.parseInt(range.substring(6, range.length() - 1));
            exchange.sendResponseHeaders(range == null ? 200 : 206, CONTENT.length - from);
            exchange.getResponseBody().write(CONTENT, from, 100_000);
            exchange.getResponseBody().flush();
            throw new IOException("cut");
        });
        assertThat(read(client(), blob)).isEqualTo(CONTENT);
        assertThat(left[0]).isNegative();
    }

    @Test
    void doesNotGiveTheCredentialToAnotherHost() throws Exception {
        credential("me", "secret");
        Descriptor blob = content();
        try (OddRegistry storage = new OddRegistry()) {
            storage.blobs.putAll(registry.blobs);
            registry.fault(exchange -> {
                String line = OddRegistry.line(exchange);
                if (exchange.getRequestHeaders().getFirst("Authorization") == null) {
                    exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"here\"");
                    OddRegistry.send(exchange, 401, new byte[0]);
                    return true;
                }
                if (!line.startsWith("GET /v2/team/app/blobs")) {
                    return false;
                }
                exchange.getResponseHeaders()
                        .set("Location", "http://" + storage.domain() + "/store/" + blob.digest() + "?signature=x");
                OddRegistry.send(exchange, 307, new byte[0]);
                return true;
            });
            assertThat(read(client(), blob)).isEqualTo(CONTENT);
            assertThat(storage.requests).hasSize(1);
            assertThat(storage.authorizations).isEmpty();
            assertThat(registry.authorizations).isNotEmpty().allMatch("Basic bWU6c2VjcmV0"::equals);
        }
    }

    @Test
    void pushesToARelativeLocation() throws Exception {
        Digest digest = Digest.sha256(CONTENT);
        client().pushBlob(descriptor(digest, CONTENT.length), () -> new ByteArrayInputStream(CONTENT));
        assertThat(registry.blobs.get(digest.toString())).isEqualTo(CONTENT);
        assertThat(registry.requests)
                .anyMatch(
                        line -> line.startsWith("PUT /v2/team/app/blobs/uploads/session?state=a%2Fb&digest=sha256%3A"));
        assertThat(client().hasBlob(descriptor(digest, CONTENT.length))).isTrue();
        assertThat(client().hasBlob(descriptor(Digest.sha256(MANIFEST), 1))).isFalse();
    }

    @Test
    void pushesAnEmptyBlob() throws Exception {
        Digest digest = Digest.sha256(new byte[0]);
        client().pushBlob(descriptor(digest, 0), () -> new ByteArrayInputStream(new byte[0]));
        assertThat(registry.blobs.get(digest.toString())).isEmpty();
    }

    @Test
    void saysThatALocationIsMissing() {
        registry.failFirst(1, "POST", 202, Map.of());
        Descriptor blob = descriptor(Digest.sha256(CONTENT), CONTENT.length);
        assertThatThrownBy(() -> client().pushBlob(blob, () -> new ByteArrayInputStream(CONTENT)))
                .isInstanceOf(RemoteError.class)
                .hasMessageContaining("doesn't say where to send");
    }

    @Test
    void sendsAgainWhenTheUploadFails() throws Exception {
        registry.failFirst(1, "PUT", 500, Map.of());
        registry.failFirst(1, "PUT", 404, Map.of());
        Digest digest = Digest.sha256(CONTENT);
        client().pushBlob(descriptor(digest, CONTENT.length), () -> new ByteArrayInputStream(CONTENT));
        assertThat(registry.blobs.get(digest.toString())).isEqualTo(CONTENT);
    }

    @Test
    void mountsFromAnotherRepository() throws Exception {
        Descriptor blob = content();
        registry.failFirst(1, "POST /v2/team/app/blobs/uploads/?mount=", 201, Map.of("Location", "/x"));
        assertThat(client().mountBlob(blob, "team/base")).isTrue();
        assertThat(client().mountBlob(blob, "team/base")).isFalse();
        assertThat(registry.requests).anyMatch(line -> line.endsWith("&from=team%2Fbase"));
    }

    /** Wants a token for each request, gives out numbered ones and takes only those from {@code oldest} on. */
    private void wantTokens(int[] given, int[] oldest, List<String> queries) {
        registry.fault(exchange -> {
            String line = OddRegistry.line(exchange);
            if (line.startsWith("GET /token")) {
                queries.add(exchange.getRequestURI().getQuery() + " "
                        + exchange.getRequestHeaders().getFirst("Authorization"));
                String json = "{\"access_token\":\"t" + ++given[0] + "\",\"expires_in\":300}";
                OddRegistry.send(exchange, 200, json.getBytes(StandardCharsets.UTF_8));
                return true;
            }
            String authorization = Optional.ofNullable(
                            exchange.getRequestHeaders().getFirst("Authorization"))
                    .orElse("");
            if (authorization.startsWith("Bearer t") && Integer.parseInt(authorization.substring(8)) >= oldest[0]) {
                return false;
            }
            exchange.getResponseHeaders()
                    .set(
                            "WWW-Authenticate",
                            "Bearer realm=\"http://" + registry.domain() + "/token\",service=\"the service\"");
            OddRegistry.error(exchange, 401, "UNAUTHORIZED", "authentication required");
            return true;
        });
    }

    @Test
    void getsTokensAndNewOnesWhenTheyExpire() throws Exception {
        credential("me", "secret");
        Descriptor blob = content();
        int[] given = {0};
        int[] oldest = {0};
        List<String> queries = new java.util.concurrent.CopyOnWriteArrayList<>();
        wantTokens(given, oldest, queries);
        assertThat(read(client(), blob)).isEqualTo(CONTENT);
        assertThat(read(client(), blob)).isEqualTo(CONTENT);
        assertThat(given[0]).isEqualTo(1);
        oldest[0] = 2;
        assertThat(read(client(), blob)).isEqualTo(CONTENT);
        assertThat(queries)
                .hasSize(2)
                .contains("service=the+service&account=me&scope=repository:team/app:pull Basic bWU6c2VjcmV0");
        registries.verify(registry.domain(), new Credential("you", "word"));
        assertThat(queries.get(2)).startsWith("service=the+service&account=you Basic ");
    }

    @Test
    void saysThatAccessIsDenied() {
        int[] given = {0};
        wantTokens(given, new int[] {99}, new java.util.concurrent.CopyOnWriteArrayList<>());
        assertThatThrownBy(() -> client().pullManifest(reference("1")))
                .isInstanceOfSatisfying(
                        RemoteError.class,
                        error -> assertThat(error.hints())
                                .anyMatch(hint -> hint.contains("jbuild login " + registry.domain())))
                .hasMessageContaining("denies access to manifest of")
                .hasMessageContaining("authentication required");
        assertThat(given[0]).isEqualTo(2);
    }

    @Test
    void endsWhatIsInFlightWhenClosed() throws Exception {
        Descriptor blob = content();
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        registry.fault(exchange -> {
            if (!OddRegistry.line(exchange).startsWith("GET /v2/team/app/blobs")) {
                return false;
            }
            exchange.sendResponseHeaders(200, CONTENT.length);
            exchange.getResponseBody().write(CONTENT, 0, 1000);
            exchange.getResponseBody().flush();
            asked.countDown();
            try {
                release.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return true;
        });
        RegistryClient client = client();
        Thread closer = new Thread(() -> {
            try {
                asked.await();
                Thread.sleep(200);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            client.close();
        });
        closer.start();
        assertThatThrownBy(() -> read(client, blob)).isInstanceOf(IOException.class);
        release.countDown();
        closer.join();
    }

    @Test
    void asksACredentialHelper() throws Exception {
        Files.writeString(
                directory.resolve("auth.json"),
                "{\"credHelpers\":{\"" + registry.domain() + "\":\"jbuild-test-missing\"}}");
        registry.failFirst(9, "GET", 401, Map.of("WWW-Authenticate", "Basic realm=x"));
        assertThatThrownBy(() -> client().pullManifest(reference("1")))
                .hasMessageContaining("docker-credential-jbuild-test-missing");
    }
}
