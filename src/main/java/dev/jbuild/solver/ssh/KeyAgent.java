package dev.jbuild.solver.ssh;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;

/** Signs with keys that it holds in memory. */
final class KeyAgent implements SshAgent, SshAgent.Conversation {
    private final List<SshKey> keys;

    KeyAgent(List<SshKey> keys) {
        this.keys = List.copyOf(keys);
    }

    @Override
    public Conversation begin() {
        return this;
    }

    @Override
    public byte[] answer(byte[] request) {
        return switch (request[0]) {
            case Messages.REQUEST_IDENTITIES -> identities();
            case Messages.REQUEST_SIGNATURE -> signature(Arrays.copyOfRange(request, 1, request.length));
            default -> Messages.failure();
        };
    }

    private byte[] identities() {
        Wire answer = new Wire().raw((byte) Messages.IDENTITIES).uint32(keys.size());
        keys.forEach(key -> answer.string(key.publicKey()).string(key.comment()));
        return answer.toBytes();
    }

    private byte[] signature(byte[] request) {
        try {
            Wire.Reader reader = new Wire.Reader(request);
            byte[] wanted = reader.string();
            byte[] data = reader.string();
            int flags = reader.uint32();
            for (SshKey key : keys) {
                if (key.is(wanted)) {
                    return new Wire()
                            .raw((byte) Messages.SIGNATURE)
                            .string(key.sign(data, flags))
                            .toBytes();
                }
            }
            return Messages.failure();
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            return Messages.failure();
        }
    }

    @Override
    public void close() {}
}
