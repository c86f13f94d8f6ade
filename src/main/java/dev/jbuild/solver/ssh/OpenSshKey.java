package dev.jbuild.solver.ssh;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.util.Arrays;
import java.util.Optional;

/** A key in the form of OpenSSH (PROTOCOL.key of its sources). */
final class OpenSshKey {
    private static final byte[] MAGIC = "openssh-key-v1\0".getBytes(StandardCharsets.UTF_8);

    private final String cipher;
    private final byte[] publicKey;
    private final String type;
    private final byte[] secret;

    /** @throws IllegalArgumentException if it is something else */
    OpenSshKey(byte[] bytes) {
        Wire.Reader reader = new Wire.Reader(bytes);
        if (!Arrays.equals(reader.raw(MAGIC.length), MAGIC)) {
            throw new IllegalArgumentException("not a key of OpenSSH");
        }
        cipher = reader.text();
        reader.string(); // how the cipher's key is derived
        reader.string();
        if (reader.uint32() != 1) {
            throw new IllegalArgumentException("several keys in one file");
        }
        publicKey = reader.string();
        type = new Wire.Reader(publicKey).text();
        secret = reader.string();
    }

    boolean isEncrypted() {
        return !cipher.equals("none");
    }

    String type() {
        return type;
    }

    /** The key; absent when it is of a type that isn't known here. */
    Optional<SshKey> read() throws GeneralSecurityException {
        Wire.Reader reader = new Wire.Reader(secret);
        int check = reader.uint32();
        if (check != reader.uint32() || !reader.text().equals(type)) {
            throw new IllegalArgumentException("its parts don't fit together");
        }
        PrivateKey key;
        if (type.equals(SshKey.RSA)) {
            key = rsa(reader);
        } else if (type.equals(SshKey.ED25519)) {
            reader.string(); // the public key again
            byte[] seed = Arrays.copyOf(reader.string(), 32);
            key = KeyFactory.getInstance("Ed25519")
                    .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed));
        } else if (type.startsWith("ecdsa-sha2-nistp")) {
            String curve = reader.text();
            reader.string(); // the public key again
            key = PemKeys.ecdsa(curve, reader.integer());
        } else {
            return Optional.empty();
        }
        return Optional.of(new SshKey(type, key, publicKey, reader.text()));
    }

    private static PrivateKey rsa(Wire.Reader reader) throws GeneralSecurityException {
        BigInteger modulus = reader.integer();
        BigInteger exponent = reader.integer();
        BigInteger secretExponent = reader.integer();
        BigInteger coefficient = reader.integer();
        BigInteger p = reader.integer();
        BigInteger q = reader.integer();
        return KeyFactory.getInstance("RSA")
                .generatePrivate(new RSAPrivateCrtKeySpec(
                        modulus,
                        exponent,
                        secretExponent,
                        p,
                        q,
                        secretExponent.mod(p.subtract(BigInteger.ONE)),
                        secretExponent.mod(q.subtract(BigInteger.ONE)),
                        coefficient));
    }
}
