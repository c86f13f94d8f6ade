package dev.jbuild.registry.jib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import dev.jbuild.registry.Credential;
import dev.jbuild.registry.RegistryOverrides;
import dev.jbuild.registry.RegistrySettings;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against a server that has a certificate of its own making and wants the same one of its clients. */
@Timeout(60)
class CertificatesTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    private Path directory;

    private Path given;
    private KeyStore store;
    private HttpsServer server;
    private boolean wantsClients;

    @BeforeEach
    void start() throws Exception {
        given = Files.createDirectory(directory.resolve("given"));
        store = keyStore(directory.resolve("store.p12"));
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context()) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters own = getSSLContext().getDefaultSSLParameters();
                own.setNeedClientAuth(wantsClients);
                parameters.setSSLParameters(own);
            }
        });
        server.createContext("/v2/", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private static KeyStore keyStore(Path file) throws Exception {
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "own",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=test",
                        "-ext",
                        "SAN=ip:0.0.0.0",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .redirectErrorStream(true)
                .start();
        String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(output).isZero();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        return store;
    }

    private SSLContext context() throws Exception {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, PASSWORD);
        trusted.setCertificateEntry("client", store.getCertificate("own"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private void pem(String name, String what, byte[] content) throws Exception {
        Files.writeString(
                given.resolve(name),
                "-----BEGIN " + what + "-----\n" + Base64.getMimeEncoder().encodeToString(content) + "\n-----END "
                        + what + "-----\n");
    }

    /** Speaks to the server by an address that doesn't count as loopback, where nothing is verified. */
    private void call() throws JbuildException {
        RegistryOverrides overrides =
                new RegistryOverrides(true, Optional.empty(), Optional.of(given), OptionalInt.of(0), Optional.empty());
        RegistrySettings settings = RegistrySettings.of(List.of(), Set.of()).with(overrides);
        try (HttpRegistries registries = new HttpRegistries(settings)) {
            registries.verify("0.0.0.0:" + server.getAddress().getPort(), new Credential("me", "secret"));
        }
    }

    @Test
    void anAuthorityThatIsGivenIsTrusted() throws Exception {
        assertThatThrownBy(this::call).isInstanceOf(JbuildException.class);
        pem("ca.crt", "CERTIFICATE", store.getCertificate("own").getEncoded());
        assertThatCode(this::call).doesNotThrowAnyException();
    }

    @Test
    void oneIsKnownByACertificateOfOnesOwn() throws Exception {
        wantsClients = true;
        pem("ca.crt", "CERTIFICATE", store.getCertificate("own").getEncoded());
        assertThatThrownBy(this::call).isInstanceOf(JbuildException.class);
        pem("client.cert", "CERTIFICATE", store.getCertificate("own").getEncoded());
        pem("client.key", "PRIVATE KEY", store.getKey("own", PASSWORD).getEncoded());
        assertThatCode(this::call).doesNotThrowAnyException();
    }

    @Test
    void whatCannotBeReadIsSaid() throws Exception {
        pem("client.cert", "CERTIFICATE", store.getCertificate("own").getEncoded());
        Files.writeString(given.resolve("client.key"), "-----BEGIN RSA PRIVATE KEY-----\n");
        assertThatThrownBy(this::call).isInstanceOf(UserError.class).hasMessageContaining("PKCS#8");
        Files.delete(given.resolve("client.cert"));
        Files.writeString(given.resolve("ca.crt"), "-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n");
        assertThatThrownBy(this::call).isInstanceOf(UserError.class).hasMessageContaining("ca.crt");
        given = directory.resolve("missing");
        assertThatThrownBy(this::call).isInstanceOf(UserError.class).hasMessageContaining("missing");
    }
}
