package dev.jbuild.solver.ssh;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Optional;

/** The messages of the agent protocol, each with its length before it. */
final class Messages {
    static final int FAILURE = 5;
    static final int REQUEST_IDENTITIES = 11;
    static final int IDENTITIES = 12;
    static final int REQUEST_SIGNATURE = 13;
    static final int SIGNATURE = 14;

    private static final int LONGEST = 256 * 1024;

    private Messages() {}

    /** The next message, absent at the end of the stream. */
    static Optional<byte[]> read(DataInputStream in) throws IOException {
        int length;
        try {
            length = in.readInt();
        } catch (EOFException e) {
            return Optional.empty();
        }
        if (length <= 0 || length > LONGEST) {
            throw new IOException("a message of " + length + " bytes");
        }
        byte[] message = new byte[length];
        in.readFully(message);
        return Optional.of(message);
    }

    static void write(byte[] message, DataOutputStream out) throws IOException {
        out.write(new Wire().string(message).toBytes());
        out.flush();
    }

    static byte[] failure() {
        return new byte[] {FAILURE};
    }

    /** Whether a request changes nothing in the agent. */
    static boolean isHarmless(byte[] request) {
        return request[0] == REQUEST_IDENTITIES || request[0] == REQUEST_SIGNATURE;
    }
}
