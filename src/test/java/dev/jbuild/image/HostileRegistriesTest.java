package dev.jbuild.image;

import static dev.jbuild.image.ImageFixture.PLATFORM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.RemoteError;
import dev.jbuild.registry.Credential;
import dev.jbuild.registry.CredentialFiles;
import dev.jbuild.registry.RegistrySettings;
import dev.jbuild.registry.jib.HttpRegistries;
import dev.jbuild.testing.SharedVectors;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The vectors of hostile registries: what they make images of is pulled over HTTP, and either refused or harmless. */
@Tag("kernel")
class HostileRegistriesTest {
    private static final List<String> VECTORS =
            List.of("foreign-layer-urls", "registry-path-injection", "pull-tag-digest-mismatch");
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    private static final String CONFIG = "application/vnd.oci.image.config.v1+json";
    private static final String LAYER = "application/vnd.oci.image.layer.v1.tar";
    private static final byte[] TAR = ImageFixture.tar(Map.of("hello", "hello"));

    @TempDir
    Path directory;

    private ImageFixture here;
    private Server registry;
    private Server other;

    /** Serves documents by path, and remembers what it was asked. */
    private static final class Server implements AutoCloseable {
        private final Map<String, byte[]> documents = new ConcurrentHashMap<>();
        private final List<String> requests = new CopyOnWriteArrayList<>();
        private final HttpServer http;

        Server() throws IOException {
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            http.createContext("/", this::answer);
            http.start();
        }

        String domain() {
            return "127.0.0.1:" + http.getAddress().getPort();
        }

        private void answer(HttpExchange exchange) throws IOException {
            try (exchange) {
                String path = exchange.getRequestURI().toString();
                requests.add(path);
                byte[] document = path.equals("/v2/") ? new byte[] {'{', '}'} : documents.get(path);
                exchange.getResponseHeaders().set("Content-Type", path.contains("/manifests/") ? MANIFEST : "a/b");
                exchange.sendResponseHeaders(document == null ? 404 : 200, document == null ? -1 : document.length);
                if (document != null) {
                    exchange.getResponseBody().write(document);
                }
            }
        }

        private String blob(String type, byte[] content, boolean kept) {
            Digest digest = Digest.sha256(content);
            if (kept) {
                documents.put("/v2/team/app/blobs/" + digest, content);
            }
            return "{\"mediaType\":\"" + type + "\",\"digest\":\"" + digest + "\",\"size\":" + content.length + "}";
        }

        /** Serves an image. Returns its manifest's digest. */
        private Digest image(String config, String layer) {
            byte[] manifest = ("{\"schemaVersion\":2,\"mediaType\":\"" + MANIFEST + "\",\"config\":" + config
                            + ",\"layers\":[" + layer + "]}")
                    .getBytes(StandardCharsets.UTF_8);
            documents.put("/v2/team/app/manifests/1", manifest);
            documents.put("/v2/team/app/manifests/" + Digest.sha256(manifest), manifest);
            return Digest.sha256(manifest);
        }

        @Override
        public void close() {
            http.stop(0);
        }
    }

    private static byte[] config() {
        return ("{\"os\":\"linux\",\"architecture\":\"amd64\",\"config\":{},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\""
                        + Digest.sha256(TAR) + "\"]}}")
                .getBytes(StandardCharsets.UTF_8);
    }

    @BeforeEach
    void start() throws Exception {
        here = new ImageFixture(directory.resolve("store"));
        registry = new Server();
        other = new Server();
        for (Server server : List.of(registry, other)) {
            CredentialFiles.store(directory.resolve("auth.json"), server.domain(), new Credential("me", "secret"));
        }
    }

    @AfterEach
    void stop() {
        registry.close();
        other.close();
        here.close();
    }

    private LocalImage pull(ImageReference reference) throws JbuildException {
        try (HttpRegistries registries =
                new HttpRegistries(RegistrySettings.of(List.of(directory.resolve("auth.json")), Set.of()))) {
            return new ImageLibrary(here.store, registries)
                    .pull(reference, PLATFORM, TransferProgress.NONE, here.cancellation);
        }
    }

    private ImageReference app(String rest) {
        return ImageReference.parse(registry.domain() + "/team/app" + rest);
    }

    private List<String> names() throws JbuildException {
        return here.library.list().stream()
                .map(line -> line.name().map(ImageReference::familiar).orElse("<none>"))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://%s/x", "https://%s/x", "file:///etc/passwd"})
    void whereLayersAreSaidToBeElsewhereNobodyAsks(String url) throws Exception {
        String urls = ",\"urls\":[\"" + url.formatted(other.domain()) + "\"]}";
        for (String type : List.of(
                LAYER,
                "application/vnd.oci.image.layer.nondistributable.v1.tar",
                "application/vnd.docker.image.rootfs.foreign.diff.tar")) {
            other.documents.put("/x", TAR);
            String config = registry.blob(CONFIG, config(), true);
            registry.image(config, registry.blob(type, TAR, false).replace("}", urls));
            assertThatThrownBy(() -> pull(app(":1"))).isInstanceOf(RemoteError.class);
            assertThat(names()).isEmpty();
        }
        registry.image(
                registry.blob(CONFIG, config(), true),
                registry.blob(LAYER, TAR, true).replace("}", urls));
        pull(app(":1"));
        assertThat(other.requests).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sha256:../../../v2/_catalog?x=",
                "sha256:%2e%2e%2f%2e%2e%2f_catalog",
                "../../_catalog",
                "sha256:aa/../../../../_catalog",
                "sha256:a\\r\\nX-Evil: 1"
            })
    void noDigestIsPartOfAnAddressThatIsntOne(String digest) {
        String config = registry.blob(CONFIG, config(), true);
        String layer = registry.blob(LAYER, TAR, true);
        registry.image(config, layer.replace(Digest.sha256(TAR).toString(), digest));
        assertThatThrownBy(() -> pull(app(":1"))).isInstanceOf(JbuildException.class);
        registry.image(config.replace(Digest.sha256(config()).toString(), digest), layer);
        assertThatThrownBy(() -> pull(app(":1"))).isInstanceOf(JbuildException.class);
        assertThat(registry.requests).containsOnly("/v2/", "/v2/team/app/manifests/1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../x:1",
                "/%2e%2e/x:1",
                ":1\r\nX-Evil: 1",
                ":../../x",
                ":1?x=y",
                ":1#x",
                "@sha256:../../x",
                "@sha256:%2e%2e",
                "\u0000:1"
            })
    void noReferenceIsPartOfAnAddressThatIsntOne(String rest) {
        assertThatThrownBy(() -> app(rest)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theDigestOfAnotherImageDoesNotGetTheName() throws Exception {
        LocalImage known = here.image("other:1");
        Digest digest = known.manifest().raw().digest();
        assertThatThrownBy(() -> pull(app(":1@" + digest))).isInstanceOf(RemoteError.class);
        registry.image(registry.blob(CONFIG, config(), true), registry.blob(LAYER, TAR, true));
        assertThatThrownBy(() -> pull(app(":1@" + digest))).isInstanceOf(RemoteError.class);
        registry.documents.put(
                "/v2/team/app/manifests/" + digest, "{\"schemaVersion\":2}".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> pull(app(":1@" + digest)))
                .isInstanceOf(RemoteError.class)
                .hasMessageContaining("its digest isn't " + digest);
        assertThat(names()).containsExactly("other:1");
        assertThat(here.library.find(app(":1@" + digest).toString(), PLATFORM)).isEmpty();
    }

    @Test
    void theseAreVectors() throws IOException {
        List<String> known = new ArrayList<>();
        for (JsonNode vector : SharedVectors.load("hostile.json")) {
            known.add(vector.get("id").textValue());
        }
        assertThat(known).containsAll(VECTORS);
    }
}
