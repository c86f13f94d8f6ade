package dev.jbuild.solver.ssh;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Arrays;
import java.util.Map;

/** A private key. */
final class SshKey {
    static final String RSA = "ssh-rsa";
    static final String ED25519 = "ssh-ed25519";

    /** Flags of a request to sign. */
    private static final int SHA256 = 2;

    private static final int SHA512 = 4;

    private static final Map<String, String> ECDSA = Map.of(
            "ecdsa-sha2-nistp256", "SHA256withECDSAinP1363Format",
            "ecdsa-sha2-nistp384", "SHA384withECDSAinP1363Format",
            "ecdsa-sha2-nistp521", "SHA512withECDSAinP1363Format");

    private final String type;
    private final PrivateKey privateKey;
    private final byte[] publicKey;
    private final String comment;

    /**
     * @param type as SSH names it, such as {@code ssh-ed25519}
     * @param publicKey in the form of SSH
     */
    SshKey(String type, PrivateKey privateKey, byte[] publicKey, String comment) {
        this.type = type;
        this.privateKey = privateKey;
        this.publicKey = publicKey.clone();
        this.comment = comment;
    }

    byte[] publicKey() {
        return publicKey.clone();
    }

    String comment() {
        return comment;
    }

    boolean is(byte[] otherPublicKey) {
        return Arrays.equals(publicKey, otherPublicKey);
    }

    /** The signature in the form of SSH (RFC 4253, 5656, 8332, 8709). */
    byte[] sign(byte[] data, int flags) throws GeneralSecurityException {
        if (type.equals(RSA)) {
            return signWithRsa(data, flags);
        }
        if (type.equals(ED25519)) {
            return new Wire().string(type).string(signature("Ed25519", data)).toBytes();
        }
        byte[] both = signature(ECDSA.getOrDefault(type, type), data);
        int half = both.length / 2;
        byte[] numbers = new Wire()
                .integer(new BigInteger(1, Arrays.copyOf(both, half)))
                .integer(new BigInteger(1, Arrays.copyOfRange(both, half, both.length)))
                .toBytes();
        return new Wire().string(type).string(numbers).toBytes();
    }

    private byte[] signWithRsa(byte[] data, int flags) throws GeneralSecurityException {
        if ((flags & SHA512) != 0) {
            return new Wire()
                    .string("rsa-sha2-512")
                    .string(signature("SHA512withRSA", data))
                    .toBytes();
        }
        if ((flags & SHA256) != 0) {
            return new Wire()
                    .string("rsa-sha2-256")
                    .string(signature("SHA256withRSA", data))
                    .toBytes();
        }
        return new Wire().string(RSA).string(signature("SHA1withRSA", data)).toBytes();
    }

    private byte[] signature(String algorithm, byte[] data) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(privateKey);
        signature.update(data);
        return signature.sign();
    }

    /** Without the private key. */
    @Override
    public String toString() {
        return type + " " + comment;
    }
}
