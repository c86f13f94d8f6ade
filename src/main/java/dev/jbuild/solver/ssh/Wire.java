package dev.jbuild.solver.ssh;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The data types of SSH (RFC 4251, section 5). */
final class Wire {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Wire raw(byte... value) {
        bytes.writeBytes(value);
        return this;
    }

    Wire uint32(int value) {
        return raw(ByteBuffer.allocate(4).putInt(value).array());
    }

    Wire string(byte[] value) {
        return uint32(value.length).raw(value);
    }

    Wire string(String value) {
        return string(value.getBytes(StandardCharsets.UTF_8));
    }

    Wire integer(BigInteger value) {
        return string(value.signum() == 0 ? new byte[0] : value.toByteArray());
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }

    /** Reads what was written so; fails with IllegalArgumentException when it is cut short. */
    static final class Reader {
        private final ByteBuffer bytes;

        Reader(byte[] bytes) {
            this.bytes = ByteBuffer.wrap(bytes);
        }

        int uint32() {
            require(4);
            return bytes.getInt();
        }

        byte[] raw(int length) {
            require(length);
            byte[] value = new byte[length];
            bytes.get(value);
            return value;
        }

        byte[] string() {
            return raw(uint32());
        }

        String text() {
            return new String(string(), StandardCharsets.UTF_8);
        }

        BigInteger integer() {
            byte[] value = string();
            return value.length == 0 ? BigInteger.ZERO : new BigInteger(value);
        }

        private void require(int length) {
            if (length < 0 || length > bytes.remaining()) {
                throw new IllegalArgumentException("cut short");
            }
        }
    }

    /** A number without sign in a fixed number of bytes. */
    static byte[] fixed(BigInteger number, int length) {
        byte[] bytes = number.toByteArray();
        byte[] fixed = new byte[length];
        int used = Math.min(length, bytes.length);
        System.arraycopy(bytes, bytes.length - used, fixed, length - used, used);
        return fixed;
    }

    static byte[] reversed(byte[] bytes) {
        byte[] reversed = Arrays.copyOf(bytes, bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            reversed[i] = bytes[bytes.length - 1 - i];
        }
        return reversed;
    }
}
