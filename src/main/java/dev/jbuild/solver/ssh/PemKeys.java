package dev.jbuild.solver.ssh;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;

/** Keys in the forms of PKCS #1, PKCS #8 and SEC 1, which say no type of SSH and often no public key. */
final class PemKeys {
    private static final byte[] RSA = {
        0x30, 0x0d, 6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0xd, 1, 1, 1, 5, 0
    };
    private static final byte[] EC = {6, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};
    private static final byte[] VERSION = {2, 1, 0};
    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 4;
    private static final int PARAMETERS = 0xa0;
    private static final String[] ALGORITHMS = {"RSA", "EC", "Ed25519"};

    private PemKeys() {}

    static SshKey ofPkcs1(byte[] der) throws GeneralSecurityException {
        return ofPkcs8(Der.element(SEQUENCE, VERSION, RSA, Der.element(OCTETS, der)));
    }

    static SshKey ofSec1(byte[] der) throws GeneralSecurityException {
        byte[] curve = Der.find(der, PARAMETERS);
        byte[] algorithm = Der.element(SEQUENCE, EC, curve);
        return ofPkcs8(Der.element(SEQUENCE, VERSION, algorithm, Der.element(OCTETS, der)));
    }

    static SshKey ofPkcs8(byte[] der) throws GeneralSecurityException {
        GeneralSecurityException last = new GeneralSecurityException("unknown algorithm");
        for (String algorithm : ALGORITHMS) {
            try {
                return named(KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der)));
            } catch (GeneralSecurityException e) {
                last = e;
            }
        }
        throw last;
    }

    private static SshKey named(PrivateKey key) throws GeneralSecurityException {
        if (key instanceof RSAPrivateCrtKey rsa) {
            Wire blob = new Wire().string(SshKey.RSA).integer(rsa.getPublicExponent());
            return new SshKey(SshKey.RSA, key, blob.integer(rsa.getModulus()).toBytes(), "");
        }
        if (key instanceof EdECPrivateKey edwards) {
            byte[] point = publicKey(edwards);
            return new SshKey(
                    SshKey.ED25519,
                    key,
                    new Wire().string(SshKey.ED25519).string(point).toBytes(),
                    "");
        }
        if (key instanceof ECPrivateKey elliptic) {
            return named(elliptic);
        }
        throw new GeneralSecurityException("unknown algorithm " + key.getAlgorithm());
    }

    /** What a key pair generator makes of the secret, when that is what it gets for random. */
    private static byte[] publicKey(EdECPrivateKey key) throws GeneralSecurityException {
        byte[] secret = key.getBytes().orElseThrow();
        KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
        generator.initialize(NamedParameterSpec.ED25519, new SecureRandom() {
            private static final long serialVersionUID = 1;

            @Override
            public void nextBytes(byte[] bytes) {
                System.arraycopy(secret, 0, bytes, 0, bytes.length);
            }
        });
        EdECPublicKey pair = (EdECPublicKey) generator.generateKeyPair().getPublic();
        byte[] point = Wire.reversed(Wire.fixed(pair.getPoint().getY(), 32));
        point[31] |= (byte) (pair.getPoint().isXOdd() ? 0x80 : 0);
        return point;
    }

    private static SshKey named(ECPrivateKey key) {
        ECParameterSpec curve = key.getParams();
        int bits = curve.getCurve().getField().getFieldSize();
        String name = "nistp" + bits;
        ECPoint point = CurvePoint.multiply(curve, key.getS());
        int length = (bits + 7) / 8;
        byte[] encoded = new Wire()
                .raw((byte) 4)
                .raw(Wire.fixed(point.getAffineX(), length))
                .raw(Wire.fixed(point.getAffineY(), length))
                .toBytes();
        String type = "ecdsa-sha2-" + name;
        return new SshKey(
                type, key, new Wire().string(type).string(name).string(encoded).toBytes(), "");
    }

    /** @param curve as SSH names it: {@code nistp256}, {@code nistp384} or {@code nistp521} */
    static PrivateKey ecdsa(String curve, BigInteger secret) throws GeneralSecurityException {
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec(curve.replace("nistp", "secp") + "r1"));
        return KeyFactory.getInstance("EC")
                .generatePrivate(new ECPrivateKeySpec(secret, parameters.getParameterSpec(ECParameterSpec.class)));
    }

    /** The little that is needed of ASN.1. */
    private static final class Der {
        private Der() {}

        static byte[] element(int tag, byte[]... parts) {
            Wire content = new Wire();
            for (byte[] part : parts) {
                content.raw(part);
            }
            byte[] bytes = content.toBytes();
            return new Wire()
                    .raw((byte) tag)
                    .raw(encoded(bytes.length))
                    .raw(bytes)
                    .toBytes();
        }

        private static byte[] encoded(int length) {
            if (length < 0x80) {
                return new byte[] {(byte) length};
            }
            return length < 0x100
                    ? new byte[] {(byte) 0x81, (byte) length}
                    : new byte[] {(byte) 0x82, (byte) (length >> 8), (byte) length};
        }

        /** The content of the first element with a tag in a sequence. */
        static byte[] find(byte[] sequence, int tag) {
            int at = start(sequence, 0);
            while (at < sequence.length) {
                int from = start(sequence, at);
                int to = from + length(sequence, at);
                if (to > sequence.length) {
                    break;
                }
                if ((sequence[at] & 0xff) == tag) {
                    return Arrays.copyOfRange(sequence, from, to);
                }
                at = to;
            }
            throw new IllegalArgumentException("it says no curve");
        }

        private static int lengthBytes(byte[] bytes, int at) {
            int first = at(bytes, at + 1);
            return first < 0x80 ? 0 : first & 0x7f;
        }

        private static int start(byte[] bytes, int at) {
            return at + 2 + lengthBytes(bytes, at);
        }

        private static int length(byte[] bytes, int at) {
            int more = lengthBytes(bytes, at);
            int length = more == 0 ? at(bytes, at + 1) : 0;
            for (int i = 0; i < more && i < 3; i++) {
                length = length << 8 | at(bytes, at + 2 + i);
            }
            return length;
        }

        private static int at(byte[] bytes, int index) {
            if (index >= bytes.length) {
                throw new IllegalArgumentException("cut short");
            }
            return bytes[index] & 0xff;
        }
    }
}
