package dev.jbuild.solver.ssh;

import dev.jbuild.problem.UserError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads private keys from files: of OpenSSH's own form, and of PKCS #1, PKCS #8 and SEC 1 in PEM. */
final class KeyFile {
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s*(.*?)-----END \\1-----", Pattern.DOTALL);
    private static final long LONGEST = 100 * 1024;

    private final Path file;

    private KeyFile(Path file) {
        this.file = file;
    }

    static SshKey read(Path file) throws UserError {
        return new KeyFile(file).read();
    }

    private SshKey read() throws UserError {
        String text = text();
        Matcher pem = PEM.matcher(text);
        if (!pem.find()) {
            throw unusable("it holds no private key", "it must be a private key, or the socket of an agent");
        }
        if (text.contains("ENCRYPTED")) {
            throw locked();
        }
        try {
            byte[] bytes = Base64.getMimeDecoder().decode(pem.group(2));
            return switch (pem.group(1)) {
                case "OPENSSH PRIVATE KEY" -> openSsh(bytes);
                case "RSA PRIVATE KEY" -> PemKeys.ofPkcs1(bytes);
                case "EC PRIVATE KEY" -> PemKeys.ofSec1(bytes);
                case "PRIVATE KEY" -> PemKeys.ofPkcs8(bytes);
                default -> throw unsupported(pem.group(1));
            };
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            throw unusable(
                    "it is damaged or of an unknown kind: " + e.getMessage(), "RSA, ECDSA and Ed25519 are known");
        }
    }

    private String text() throws UserError {
        try {
            if (Files.size(file) > LONGEST) {
                throw unusable("it is too long to be a key", "it must be a private key, or the socket of an agent");
            }
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UserError("the SSH key " + file + " can't be read: " + e.getMessage(), e);
        }
    }

    private UserError unusable(String why, String hint) {
        return new UserError("the SSH key " + file + " can't be used: " + why, hint);
    }

    private UserError locked() {
        return unusable(
                "it is protected by a passphrase", "add it to an agent with ssh-add, and forward that: --ssh default");
    }

    private UserError unsupported(String kind) {
        return unusable("keys of the kind \"" + kind + "\" are not supported", "RSA, ECDSA and Ed25519 are");
    }

    private SshKey openSsh(byte[] bytes) throws UserError, GeneralSecurityException {
        OpenSshKey key = new OpenSshKey(bytes);
        if (key.isEncrypted()) {
            throw locked();
        }
        return key.read().orElseThrow(() -> unsupported(key.type()));
    }
}
