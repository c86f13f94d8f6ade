package dev.jbuild.solver.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.problem.UserError;
import dev.jbuild.testing.Needs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** OpenSSH's own programs make the keys, ask the agent and check what it signed. */
class SshAgentTest {
    @TempDir
    Path directory;

    @BeforeEach
    void needsOpenSsh() {
        Needs.machine(Files.isExecutable(Path.of("/usr/bin/ssh-keygen")), "OpenSSH is not installed");
    }

    /** What a program said and how it ended. */
    private record Ran(int status, String output) {}

    private Ran run(Path socket, String input, String... command) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).directory(directory.toFile());
        builder.environment().put("SSH_AUTH_SOCK", socket.toString());
        Process process = builder.start();
        process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return new Ran(process.exitValue(), output);
    }

    private Path key(String... options) throws Exception {
        Path file = directory.resolve("key" + System.nanoTime());
        List<String> command = new ArrayList<>(List.of("ssh-keygen", "-q", "-C", "me@here", "-f", file.toString()));
        command.addAll(Arrays.asList(options));
        if (!command.contains("-N")) {
            command.addAll(List.of("-N", ""));
        }
        Ran ran = run(Path.of("/nowhere"), "", command.toArray(new String[0]));
        assertThat(ran.status()).as(ran.output()).isZero();
        return file;
    }

    private void checkSignature(Path key, AgentSocket socket) throws Exception {
        String publicKey = key + ".pub";
        Path data = Files.writeString(directory.resolve("data"), "signed by an agent");
        Path signature = directory.resolve("data.sig");
        Files.deleteIfExists(signature);
        Files.delete(key); // so that only the agent can sign
        Ran signed = run(socket.path(), "", "ssh-keygen", "-Y", "sign", "-n", "test", "-f", publicKey, data.toString());
        assertThat(signed.status()).as(signed.output()).isZero();
        Ran checked = run(
                socket.path(),
                "signed by an agent",
                "ssh-keygen",
                "-Y",
                "check-novalidate",
                "-n",
                "test",
                "-s",
                signature.toString());
        assertThat(checked.output()).contains("Good \"test\" signature");
    }

    @ParameterizedTest
    @CsvSource({
        "rsa, 2048, OpenSSH",
        "rsa, 2048, PEM",
        "rsa, 2048, PKCS8",
        "ecdsa, 256, OpenSSH",
        "ecdsa, 384, OpenSSH",
        "ecdsa, 521, OpenSSH",
        "ecdsa, 256, PEM",
        "ecdsa, 521, PKCS8",
        "ed25519, 256, OpenSSH"
    })
    void keysOfAllKindsSign(String type, String bits, String form) throws Exception {
        Path key = form.equals("OpenSSH") ? key("-t", type, "-b", bits) : key("-t", type, "-b", bits, "-m", form);
        try (AgentSocket socket = AgentSocket.open(SshAgent.of(List.of(key)), 0600, 0, 0)) {
            String fingerprint = run(socket.path(), "", "ssh-keygen", "-l", "-f", key + ".pub")
                    .output()
                    .split(" ")[1];
            assertThat(run(socket.path(), "", "ssh-add", "-l").output()).contains(fingerprint);
            checkSignature(key, socket);
        }
    }

    @Test
    void edwardsKeysInPkcs8() throws Exception {
        Needs.machine(Files.isExecutable(Path.of("/usr/bin/openssl")), "openssl is not installed");
        Path key = directory.resolve("ed.pem");
        assertThat(run(key, "", "openssl", "genpkey", "-algorithm", "ed25519", "-out", key.toString())
                        .status())
                .isZero();
        try (AgentSocket socket = AgentSocket.open(SshAgent.of(List.of(key)), 0600, 0, 0)) {
            String listed = run(socket.path(), "", "ssh-add", "-L").output();
            assertThat(listed).startsWith("ssh-ed25519 ");
            Files.writeString(Path.of(key + ".pub"), listed);
            checkSignature(key, socket);
        }
    }

    @Test
    void oneAgentHoldsSeveralKeys() throws Exception {
        List<Path> keys = List.of(key("-t", "ed25519"), key("-t", "ecdsa"));
        try (AgentSocket socket = AgentSocket.open(SshAgent.of(keys), 0600, 0, 0)) {
            assertThat(run(socket.path(), "", "ssh-add", "-l").output().lines())
                    .hasSize(2)
                    .allMatch(line -> line.contains("me@here"));
        }
    }

    @Test
    void otherAgentsArePassedOnButCannotBeChanged() throws Exception {
        Path held = key("-t", "ed25519");
        Path more = key("-t", "ecdsa");
        try (AgentSocket origin = AgentSocket.open(SshAgent.of(List.of(held)), 0600, 0, 0);
                AgentSocket socket = AgentSocket.open(SshAgent.of(List.of(origin.path())), 0600, 0, 0)) {
            assertThat(run(socket.path(), "", "ssh-add", "-l").output()).contains("ED25519");
            assertThat(run(socket.path(), "", "ssh-add", more.toString()).status())
                    .isNotZero();
            assertThat(run(socket.path(), "", "ssh-add", "-D").status()).isNotZero();
            assertThat(run(socket.path(), "", "ssh-add", "-l").output().lines()).hasSize(1);
            checkSignature(held, socket);
        }
    }

    @Test
    void theSocketHasItsOwnerAndGoesWhenClosed() throws Exception {
        Path path;
        try (AgentSocket socket = AgentSocket.open(SshAgent.of(List.of(key("-t", "ed25519"))), 0640, 5, 6)) {
            path = socket.path();
            assertThat((int) Files.getAttribute(path, "unix:mode") & 07777).isEqualTo(0640);
            assertThat(Files.getAttribute(path, "unix:uid")).isEqualTo(5);
            assertThat(Files.getAttribute(path, "unix:gid")).isEqualTo(6);
        }
        assertThat(path.getParent()).doesNotExist();
    }

    @Test
    void keysThatCannotBeUsedAreRefusedWithTheReason() throws Exception {
        Path locked = key("-t", "ed25519", "-N", "passphrase");
        assertThatThrownBy(() -> SshAgent.of(List.of(locked)))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("protected by a passphrase");
        Path lockedPem = key("-t", "rsa", "-m", "PEM", "-N", "passphrase");
        assertThatThrownBy(() -> SshAgent.of(List.of(lockedPem))).hasMessageContaining("protected by a passphrase");
        Path text = Files.writeString(directory.resolve("text"), "no key");
        assertThatThrownBy(() -> SshAgent.of(List.of(text))).hasMessageContaining("it holds no private key");
        Path good = key("-t", "ed25519");
        String[] lines = Files.readString(good).split("\n");
        Path damaged = Files.writeString(
                directory.resolve("bad"), lines[0] + "\n" + lines[1] + "\n" + lines[lines.length - 1]);
        assertThatThrownBy(() -> SshAgent.of(List.of(damaged))).hasMessageContaining("it is damaged");
        assertThatThrownBy(() -> SshAgent.of(List.of(directory.resolve("none"))))
                .hasMessageContaining("can't be read");
    }

    @Test
    void nonsenseFromAStepEndsOnlyItsConversation() throws Exception {
        try (AgentSocket socket = AgentSocket.open(SshAgent.of(List.of(key("-t", "ed25519"))), 0600, 0, 0)) {
            for (byte[] bytes : List.of(
                    new byte[] {0, 0, 0, 0}, new byte[] {-1, -1, -1, -1, 1}, new byte[] {0, 0, 0, 3, 13, 0, 0})) {
                try (var channel =
                        java.nio.channels.SocketChannel.open(java.net.UnixDomainSocketAddress.of(socket.path()))) {
                    channel.write(java.nio.ByteBuffer.wrap(bytes));
                    channel.shutdownOutput();
                    channel.read(java.nio.ByteBuffer.allocate(64));
                } catch (IOException e) {
                    assertThat(e).hasMessageContaining("reset");
                }
            }
            assertThat(run(socket.path(), "", "ssh-add", "-l").output()).contains("ED25519");
        }
    }
}
