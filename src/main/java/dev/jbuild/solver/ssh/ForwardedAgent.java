package dev.jbuild.solver.ssh;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** Passes requests on to an agent of the user's. */
final class ForwardedAgent implements SshAgent {
    private final Path socket;

    ForwardedAgent(Path socket) {
        this.socket = socket;
    }

    @Override
    public Conversation begin() throws IOException {
        return new Forwarded(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
    }

    private static final class Forwarded implements Conversation {
        private final SocketChannel channel;
        private final DataInputStream in;
        private final DataOutputStream out;

        private Forwarded(SocketChannel channel) {
            this.channel = channel;
            this.in = new DataInputStream(Channels.newInputStream(channel));
            this.out = new DataOutputStream(Channels.newOutputStream(channel));
        }

        @Override
        public byte[] answer(byte[] request) throws IOException {
            Messages.write(request, out);
            return Messages.read(in).orElseThrow(() -> new EOFException("the agent hung up"));
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
