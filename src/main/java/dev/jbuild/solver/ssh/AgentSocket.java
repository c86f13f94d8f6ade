package dev.jbuild.solver.ssh;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A socket behind which an agent listens, until it is closed. Requests that would change the agent are refused. */
public final class AgentSocket implements AutoCloseable {
    private final Path directory;
    private final SshAgent agent;
    private final ServerSocketChannel server;
    private final Set<SocketChannel> clients = ConcurrentHashMap.newKeySet();

    private AgentSocket(Path directory, SshAgent agent, ServerSocketChannel server) {
        this.directory = directory;
        this.agent = agent;
        this.server = server;
    }

    /** Makes the socket, for an owner and with a mode. */
    public static AgentSocket open(SshAgent agent, int mode, long uid, long gid) throws IOException {
        // A short path: the kernel takes but 107 bytes.
        Path directory = Files.createTempDirectory("jbuild-ssh");
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        AgentSocket socket = new AgentSocket(directory, agent, server);
        try {
            server.bind(UnixDomainSocketAddress.of(socket.path()));
            Files.setAttribute(socket.path(), "unix:mode", mode);
            Files.setAttribute(socket.path(), "unix:uid", Math.toIntExact(uid));
            Files.setAttribute(socket.path(), "unix:gid", Math.toIntExact(gid));
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
        start(socket::accept);
        return socket;
    }

    public Path path() {
        return directory.resolve("agent");
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "ssh-agent");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (server.isOpen()) {
                SocketChannel client = server.accept();
                clients.add(client);
                start(() -> serve(client));
            }
        } catch (IOException e) {
            stop(server); // closed: there will be no more clients
        }
    }

    private void serve(SocketChannel client) {
        try (client;
                SshAgent.Conversation conversation = agent.begin()) {
            DataInputStream in = new DataInputStream(Channels.newInputStream(client));
            DataOutputStream out = new DataOutputStream(Channels.newOutputStream(client));
            Optional<byte[]> request = Messages.read(in);
            while (request.isPresent()) {
                byte[] message = request.get();
                Messages.write(Messages.isHarmless(message) ? conversation.answer(message) : Messages.failure(), out);
                request = Messages.read(in);
            }
        } catch (IOException e) {
            stop(client); // which is how the client hears of it
        } finally {
            clients.remove(client);
        }
    }

    private static void stop(AutoCloseable channel) {
        try {
            channel.close();
        } catch (Exception e) {
            throw new IllegalStateException("a socket can't be closed", e);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        clients.forEach(AgentSocket::stop);
        Files.deleteIfExists(path());
        Files.deleteIfExists(directory);
    }
}
