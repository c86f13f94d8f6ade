package dev.jbuild.registry.jib;

import dev.jbuild.problem.EnvironmentError;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * A directory of certificates as docker and podman have them: {@code *.crt} are authorities that are trusted besides the
 * usual ones, {@code *.cert} with {@code *.key} prove who one is oneself. All are PEM.
 */
final class Certificates {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----(.*?)-----END PRIVATE KEY-----", Pattern.DOTALL);
    private static final List<String> KEY_KINDS = List.of("RSA", "EC", "EdDSA");
    private static final char[] NO_PASSWORD = {};

    private final Path directory;

    Certificates(Path directory) {
        this.directory = directory;
    }

    /**
     * TLS with these certificates.
     *
     * @throws UserError if one of them can't be read
     */
    SSLContext context() throws JbuildException {
        try {
            KeyStore trusted = emptyStore();
            addUsual(trusted);
            KeyStore own = emptyStore();
            for (Path file : files()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".crt")) {
                    for (Certificate authority : read(file)) {
                        trusted.setCertificateEntry("given " + trusted.size(), authority);
                    }
                } else if (name.endsWith(".cert")) {
                    Path key = file.resolveSibling(name.substring(0, name.length() - ".cert".length()) + ".key");
                    own.setKeyEntry(name, key(key), NO_PASSWORD, read(file).toArray(Certificate[]::new));
                }
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own, NO_PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new EnvironmentError("the certificates in " + directory + " can't be used: " + e.getMessage(), e);
        }
    }

    private List<Path> files() throws JbuildException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            entries.forEach(files::add);
        } catch (IOException e) {
            throw new UserError("there is no directory of certificates " + directory, e);
        }
        return files.stream().sorted().toList();
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, NO_PASSWORD);
        return store;
    }

    private static void addUsual(KeyStore trusted) throws GeneralSecurityException {
        TrustManagerFactory usual = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        usual.init((KeyStore) null);
        for (TrustManager manager : usual.getTrustManagers()) {
            if (manager instanceof X509TrustManager known) {
                for (X509Certificate authority : known.getAcceptedIssuers()) {
                    trusted.setCertificateEntry("usual " + trusted.size(), authority);
                }
            }
        }
    }

    private static List<Certificate> read(Path file) throws JbuildException {
        try (InputStream in = Files.newInputStream(file)) {
            return List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(in));
        } catch (IOException | GeneralSecurityException e) {
            throw new UserError(file + " is not a certificate in PEM: " + e.getMessage(), e);
        }
    }

    private static PrivateKey key(Path file) throws JbuildException {
        byte[] encoded;
        try {
            Matcher matcher = KEY.matcher(Files.readString(file, StandardCharsets.US_ASCII));
            if (!matcher.find()) {
                throw new UserError(
                        file + " holds no plain private key in PKCS#8",
                        "convert it with: openssl pkcs8 -topk8 -nocrypt -in " + file.getFileName());
            }
            encoded = Base64.getMimeDecoder().decode(matcher.group(1));
        } catch (IOException e) {
            throw new UserError("the key " + file + " can't be read: " + e, e);
        }
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(encoded);
        return KEY_KINDS.stream()
                .flatMap(kind -> key(kind, spec).stream())
                .findFirst()
                .orElseThrow(() -> new UserError(
                        file + " is a key of an unknown kind", "known are " + String.join(", ", KEY_KINDS)));
    }

    /** The key, if it is of this kind. */
    private static Optional<PrivateKey> key(String kind, PKCS8EncodedKeySpec spec) {
        try {
            return Optional.of(KeyFactory.getInstance(kind).generatePrivate(spec));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }
}
