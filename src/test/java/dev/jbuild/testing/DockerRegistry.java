package dev.jbuild.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;

/** The registry of the distribution project, running for one test. */
public final class DockerRegistry implements AutoCloseable {
    private final String domain;
    private final Process process;

    private DockerRegistry(String domain, Process process) {
        this.domain = domain;
        this.process = process;
    }

    /**
     * Starts one on a free port.
     *
     * @param directory where it keeps everything
     * @param more lines of its configuration
     */
    public static DockerRegistry start(Path directory, String more) throws IOException, InterruptedException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        String domain = "127.0.0.1:" + port;
        Path config = Files.writeString(directory.resolve("registry.yml"), """
                version: 0.1
                storage: {filesystem: {rootdirectory: %s/registry}}
                http: {addr: "%s"}
                %s
                """.formatted(directory, domain, more));
        Process process;
        try {
            process = new ProcessBuilder("docker-registry", "serve", config.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("registry.log").toFile())
                    .start();
        } catch (IOException e) {
            Needs.machine(false, "docker-registry isn't installed");
            throw e;
        }
        await(port);
        return new DockerRegistry(domain, process);
    }

    private static void await(int port) throws InterruptedException {
        for (int i = 0; i < 200; i++) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return;
            } catch (IOException e) {
                Thread.sleep(50);
            }
        }
        throw new AssertionError("the registry doesn't listen");
    }

    /** Its address, as in names of images. */
    public String domain() {
        return domain;
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
