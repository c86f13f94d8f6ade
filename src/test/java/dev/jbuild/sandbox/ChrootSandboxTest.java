package dev.jbuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jbuild.problem.BuildCancelled;
import dev.jbuild.problem.UserError;
import dev.jbuild.progress.Cancellation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("kernel")
class ChrootSandboxTest {
    @TempDir
    Path base;

    private TestContainer container;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final List<String> notices = new ArrayList<>();

    @BeforeEach
    void makeContainer() throws IOException {
        container = new TestContainer(base);
        container.network = NetworkMode.DEFAULT;
    }

    private final class Said implements Sandbox.Output {
        @Override
        public void stdout(byte[] bytes, int length) {
            out.write(bytes, 0, length);
        }

        @Override
        public void stderr(byte[] bytes, int length) {
            out.write(bytes, 0, length);
        }

        @Override
        public void notice(String text) {
            notices.add(text);
        }
    }

    private RunResult run(String script) throws Exception {
        out.reset();
        try (ChrootSandbox sandbox = new ChrootSandbox(TestContainer.program(), container.scratch())) {
            RunSpec spec = container.spec(List.of("sh", "-c", script));
            RunResult result = sandbox.run(spec, new Said(), container.cancellation);
            assertThat(container.work).isEmptyDirectory();
            return result;
        }
    }

    private String shell(String script) throws Exception {
        RunResult result = run(script);
        assertThat(result.startFailure() + result.status()).as(said()).isEqualTo("0");
        return said();
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void changesComeToLieInTheUpperDirectory() throws Exception {
        Files.writeString(container.image.resolve("old"), "old");
        Files.writeString(container.image.resolve("kept"), "kept");
        assertThat(shell("echo new > /new; rm /old; mkdir -p /a/b; cat /kept /etc/hosts; exit 0"))
                .startsWith("kept")
                .contains("localhost");
        assertThat(container.upper.resolve("new")).hasContent("new");
        assertThat(container.upper.resolve("a/b")).isDirectory();
        for (String absent : List.of("kept", "bin", "etc", "proc", "sys", "dev")) {
            assertThat(container.upper.resolve(absent)).doesNotExist();
        }
        assertThat(shell("test ! -e /old && cat /new")).isEqualTo("new\n");
        assertThat(notices).allMatch(notice -> notice.contains("chroot alone")).hasSize(2);
    }

    @Test
    void theStatusOfTheCommandIsItsOwn() throws Exception {
        assertThat(run("exit 7").status()).isEqualTo(7);
        assertThat(run("kill -9 $$").signal()).isEqualTo(9);
    }

    @Test
    void devicesAreMadeInTheCopyAndStayOutOfTheLayer() throws Exception {
        DeviceId zero = new DeviceId(DeviceId.Kind.CHARACTER, 1, 5);
        container.mounts.add(new Mount.Device(Optional.empty(), "/dev/given", zero, 0640, 7, 8, "rwm"));
        container.mounts.add(new Mount.Device(Optional.empty(), "/opt/given", zero, 0666, 0, 0, "rwm"));
        assertThat(shell("head -c 3 /opt/given | wc -c; stat -c '%t:%T %a %u %g' /dev/given"))
                .isEqualTo("3\n1:5 640 7 8\n");
        assertThat(container.changed()).isEmpty();
    }

    @Test
    void whatIsMountedElsewhereIsCopiedHere() throws Exception {
        Path cache = Files.createDirectory(base.resolve("cache"));
        Files.writeString(cache.resolve("before"), "before");
        Path input = Files.writeString(base.resolve("input"), "input");
        Files.createSymbolicLink(container.image.resolve("var"), Path.of("v/w"));
        Files.createDirectories(container.image.resolve("v/w"));
        container.mounts.add(new Mount.Bind(cache, "/var/cache", false));
        container.mounts.add(new Mount.Bind(input, "/read/only", true));
        container.mounts.add(new Mount.Tmpfs("/tmp", Optional.empty(), 01777, false));
        byte[] secret = "secret".getBytes(StandardCharsets.UTF_8);
        container.mounts.add(new Mount.Content("/run/secret", ByteBuffer.wrap(secret), 0400, 0, 0));
        assertThat(shell("cat /v/w/cache/before /read/only /run/secret; echo x > /read/only; touch /tmp/t"
                        + " && rm /var/cache/before && echo after > /var/cache/after"))
                .isEqualTo("beforeinputsecret");
        assertThat(cache.resolve("before")).doesNotExist();
        assertThat(cache.resolve("after")).hasContent("after");
        assertThat(input).hasContent("input");
        assertThat(container.upper).isEmptyDirectory();
    }

    @Test
    void nothingOfTheMachineComesBackThroughASymlinkInPlaceOfAMount() throws Exception {
        Path machine = Files.createDirectories(base.resolve("machine/c"));
        Files.writeString(machine.resolve("private"), "private");
        Path cache = Files.createDirectory(base.resolve("cache"));
        Files.writeString(cache.resolve("kept"), "kept");
        container.mounts.add(new Mount.Bind(cache, "/a/c", false));
        shell("mv /a /b && ln -s " + base.resolve("machine") + " /a; echo more > /b/c/more");
        assertThat(cache.resolve("private")).doesNotExist();
        assertThat(cache.resolve("kept")).hasContent("kept");
        assertThat(cache.resolve("more")).hasContent("more");
    }

    @Test
    void whatIsMountedInAMountDoesNotStayThere() throws Exception {
        Path cache = Files.createDirectory(base.resolve("cache"));
        container.mounts.add(new Mount.Bind(cache, "/cache", false));
        byte[] secret = "secret".getBytes(StandardCharsets.UTF_8);
        container.mounts.add(new Mount.Content("/cache/deep/secret", ByteBuffer.wrap(secret), 0400, 0, 0));
        assertThat(shell("cat /cache/deep/secret; echo x > /cache/new")).isEqualTo("secret");
        assertThat(cache.resolve("new")).hasContent("x");
        assertThat(cache.resolve("deep")).doesNotExist();
    }

    @Test
    void nothingIsMountedOverTheRoot() throws IOException {
        container.mounts.add(new Mount.Bind(Files.createDirectory(base.resolve("cache")), "/..", false));
        assertThatThrownBy(() -> run("true"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("invalid mount target \"/..\"");
    }

    @Test
    void privilegesThatLeadOutAreGone() throws Exception {
        assertThat(shell("mknod /n b 8 0 || echo no node; busybox chroot / true || echo no chroot; id -u"))
                .contains("no node")
                .contains("no chroot")
                .contains("\n0\n");
        container.uid = 7;
        container.gid = 8;
        assertThat(shell("id -u; id -g")).isEqualTo("7\n8\n");
    }

    @Test
    void nothingRunsOn() throws Exception {
        String mark = "98" + ProcessHandle.current().pid();
        shell("(setsid sleep " + mark + " &) ; sleep 0.1; nohup sleep " + mark + " & sleep 0.1");
        assertThat(ProcessHandle.allProcesses()
                        .filter(each -> each.info().commandLine().orElse("").contains("sleep " + mark)))
                .isEmpty();
    }

    @Test
    void cancellationEndsIt() throws Exception {
        Cancellation cancellation = container.cancellation;
        Thread canceller = new Thread(() -> {
            try {
                Thread.sleep(300);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            cancellation.cancel();
        });
        canceller.start();
        assertThatThrownBy(() -> run("sleep 50")).isInstanceOf(BuildCancelled.class);
        canceller.join();
    }

    @Test
    void otherNetworksAreRefused() {
        container.network = NetworkMode.NONE;
        assertThatThrownBy(() -> run("true"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("have the network of this machine");
    }
}
