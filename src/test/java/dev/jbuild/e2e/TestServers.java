package dev.jbuild.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/** A program that answers on addresses of the network namespace that it is run in. */
final class TestServers {
    private static final int HEADER = 12;
    private static final byte[] SUCCESS = {(byte) 0x81, (byte) 0x80, 0, 1, 0, 1, 0, 0, 0, 0};
    /** Of the name that was asked for: an address that holds for a minute. */
    private static final byte[] ANSWER = {(byte) 0xc0, HEADER, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4};

    private TestServers() {}

    /** Takes {@code http ADDRESS PORT TEXT} and {@code dns ADDRESS ANSWER}, as often as wanted; says when it is up. */
    public static void main(String[] args) throws IOException {
        var threads = Executors.newCachedThreadPool();
        for (int i = 0; i < args.length; ) {
            InetAddress address = InetAddress.getByName(args[i + 1]);
            if (args[i].equals("http")) {
                ServerSocket socket = new ServerSocket(Integer.parseInt(args[i + 2]), 50, address);
                String text = args[i + 3];
                threads.execute(() -> answerHttp(socket, text));
                i += 4;
            } else {
                DatagramSocket socket = new DatagramSocket(53, address);
                InetAddress answer = InetAddress.getByName(args[i + 2]);
                threads.execute(() -> answerDns(socket, answer));
                i += 3;
            }
        }
        System.out.println("up");
        System.out.flush();
    }

    private static void answerHttp(ServerSocket server, String text) {
        while (true) {
            try (Socket socket = server.accept()) {
                socket.getInputStream().read(new byte[4096]);
                String answer = "HTTP/1.0 200 OK\r\nContent-Length: " + text.length() + "\r\n\r\n" + text;
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static void answerDns(DatagramSocket socket, InetAddress answer) {
        while (true) {
            try {
                DatagramPacket asked = new DatagramPacket(new byte[512], 512);
                socket.receive(asked);
                int question = asked.getLength() - HEADER;
                ByteBuffer reply = ByteBuffer.allocate(512)
                        .put(asked.getData(), 0, 2)
                        .put(SUCCESS)
                        .put(asked.getData(), HEADER, question)
                        .put(ANSWER)
                        .put(answer.getAddress());
                socket.send(new DatagramPacket(reply.array(), reply.position(), asked.getSocketAddress()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
