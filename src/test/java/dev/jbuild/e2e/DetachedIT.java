package dev.jbuild.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.testing.Needs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Containers that outlive the command that started them. */
class DetachedIT extends EndToEnd {
    private static final String SERVICE =
            "echo out; echo err >&2; trap 'echo bye; exit 3' TERM; while :; do sleep 0.05; done";

    @BeforeEach
    void makeImage() {
        jbuild.withBusybox();
    }

    private String start(String name, String script) {
        return jbuild.run("run", "-d", "--network=none", "--name", name, "busybox", "sh", "-c", script)
                .succeeded()
                .out()
                .strip();
    }

    private String awaitLog(String container, String text) throws InterruptedException {
        String log = "";
        for (int i = 0; i < 100 && !log.contains(text); i++) {
            log = jbuild.run("logs", container).succeeded().out();
            Thread.sleep(20);
        }
        return log;
    }

    @AfterEach
    void nothingRuns() throws IOException {
        assertThat(jbuild.run("ps", "-aq").succeeded().out()).isEmpty();
        try (Stream<Path> left = Files.list(temp.resolve("root/containers"))) {
            assertThat(left.map(path -> String.valueOf(path.getFileName()))).containsOnly("lock");
        }
        assertThat(new String(Program.shell("ps -eo args"), StandardCharsets.UTF_8).lines())
                .noneMatch(line -> line.contains("jbuild-sandbox") && line.contains(temp.toString()));
    }

    @Test
    @Timeout(60)
    void itIsListedAndLoggedAndStopped() throws Exception {
        String id = start("web", SERVICE);

        assertThat(id).matches("[0-9a-f]{64}");
        assertThat(awaitLog("web", "out")).isEqualTo("out\n");
        assertThat(jbuild.run("ps").succeeded().out())
                .contains(id.substring(0, 12) + "   busybox   \"sh -c echo out; ech…\"")
                .containsPattern("Up (Less than a second|.*second.*) +web");
        assertThat(jbuild.run("rm", "web").ended(1).err()).contains("the container web is running");
        assertThat(jbuild.run("run", "-d", "--name=web", "busybox", "true")
                        .ended(125)
                        .err())
                .contains("the name \"web\" is in use by the container " + id.substring(0, 12));
        assertThat(jbuild.run("stop", id.substring(0, 10)).succeeded().out()).isEqualTo(id.substring(0, 10) + "\n");
        assertThat(jbuild.run("ps", "-q").succeeded().out()).isEmpty();
        assertThat(jbuild.run("ps", "-a").succeeded().out()).contains("Exited (3) ");
        assertThat(jbuild.run("wait", "web").succeeded().out()).isEqualTo("3\n");
        Program.Result logs = jbuild.run("logs", "web").succeeded();
        assertThat(logs.out()).isEqualTo("out\nbye\n");
        assertThat(logs.err()).isEqualTo("err\n");
        assertThat(jbuild.run("logs", "-t", "--tail=1", "web").succeeded().out())
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z bye\n");
        assertThat(jbuild.run("rm", "web").succeeded().out()).isEqualTo("web\n");
        assertThat(jbuild.run("stop", "web").ended(1).err()).contains("no such container: web");
    }

    @Test
    @Timeout(120)
    void moreCommandsRunInItHeldAsTheFirst() throws Exception {
        Needs.machine(Files.isExecutable(Path.of("/usr/bin/script")), "script is not installed");
        String look = "grep -E '^(Cap|Seccomp|NoNewPrivs)' /proc/self/status; cat /proc/self/cgroup; pwd; hostname;"
                + " for n in mnt pid net ipc uts cgroup; do readlink /proc/self/ns/$n; done;";
        jbuild.run(
                        "run",
                        "-d",
                        "--name=web",
                        "--network=none",
                        "-w",
                        "/tmp",
                        "-e",
                        "A=1",
                        "busybox",
                        "sh",
                        "-c",
                        look + SERVICE.replace("echo out", "echo end"))
                .succeeded();
        String first = awaitLog("web", "end").replace("end\n", "");

        assertThat(jbuild.run("exec", "web", "sh", "-c", look).succeeded().out())
                .isEqualTo(first)
                .containsPattern("Seccomp:\\s+2");
        Program.Result piped = jbuild.run(
                "echo $A$B; id -u; echo u:x:77:78::/home/u:/bin/sh >>/etc/passwd; exit 4\n"
                        .getBytes(StandardCharsets.UTF_8),
                "exec",
                "-i",
                "-e",
                "B=2",
                "web",
                "sh");
        assertThat(piped.ended(4).out()).isEqualTo("12\n0\n");
        assertThat(jbuild.run("exec", "-u", "u", "-w", "/etc", "web", "sh", "-c", "id -u; id -g; echo $HOME; pwd")
                        .succeeded()
                        .out())
                .isEqualTo("77\n78\n/home/u\n/etc\n");
        assertThat(jbuild.run("exec", "web", "nowhere").ended(127).err()).contains("executable file not found");
        assertThat(jbuild.run("exec", "-w", "/no", "web", "true").ended(126).err())
                .contains("chdir to cwd (\"/no\")");
        jbuild.run("exec", "-d", "web", "sh", "-c", "echo later > /made").succeeded();
        Program.Shown shown = jbuild.typing("/tmp # ", "cat /made; tty; exit 5", "exec -it web sh");
        assertThat(shown.text()).contains("later\r\n/dev/pts/0");
        assertThat(shown.status()).isEqualTo(5);
        jbuild.run("rm", "-f", "web").succeeded();
    }

    @Test
    @Timeout(60)
    void itStandsStillAndIsMeasured() throws Exception {
        start("busy", "i=0; while :; do i=$((i+1)); echo $i; usleep 1000; done");
        awaitLog("busy", "1");
        assertThat(jbuild.run("stats", "--no-stream", "--format=json")
                        .succeeded()
                        .out())
                .contains("\"Name\":\"busy\"")
                .containsPattern("\"CPUPerc\":\"(?!0.00)[0-9.]+%\"")
                .containsPattern("\"PIDs\":\"[12]\"");
        jbuild.run("pause", "busy").succeeded();
        assertThat(jbuild.run("ps", "--filter", "status=paused").succeeded().out())
                .contains("(Paused)");
        String before = jbuild.run("logs", "busy").succeeded().out();
        assertThat(jbuild.run("exec", "busy", "true").ended(1).err()).contains("the container busy is paused");
        assertThat(jbuild.run("logs", "busy").succeeded().out()).isEqualTo(before);
        jbuild.run("unpause", "busy").succeeded();
        assertThat(jbuild.run("inspect", "-f", "{{.State.Status}} {{.Name}}", "busy")
                        .succeeded()
                        .out())
                .isEqualTo("running /busy\n");
        assertThat(jbuild.run("rmi", "busybox").ended(1).err()).contains("in use by the container busy");
        jbuild.run("kill", "busy").succeeded();
        assertThat(jbuild.run("wait", "busy").succeeded().out()).isEqualTo("137\n");
        assertThat(jbuild.run("system", "df").succeeded().out()).containsPattern("Containers +1 ");
        assertThat(jbuild.run("container", "prune", "-f").succeeded().out()).contains("Deleted containers:");
    }

    @Test
    @Timeout(60)
    void whatCannotStartLeavesNothing() {
        Program.Result missing = jbuild.run("run", "-d", "--network=none", "busybox", "nowhere");
        assertThat(missing.ended(127).err()).contains("exec: \"nowhere\": executable file not found in $PATH");
        assertThat(missing.out()).isEmpty();
        assertThat(jbuild.run("run", "-d", "--network=none", "busybox", "/etc")
                        .ended(126)
                        .err())
                .contains("exec: \"/etc\"");
        assertThat(jbuild.run("run", "-d", "--name=-x", "busybox", "true")
                        .ended(2)
                        .err())
                .contains("--name -x can't be the name of a container");
    }

    @Test
    @Timeout(60)
    void whatWasKilledIsToldTruly() throws Exception {
        String id = start("victim", "echo up; sleep 1000");
        awaitLog("victim", "up");
        Path status = temp.resolve("root/containers").resolve(id).resolve("run/status");
        String monitor = Files.readString(status).split("\0")[1];
        Program.shell("kill -9 " + monitor + "; while [ -d /proc/" + monitor + " ]; do sleep 0.01; done");

        assertThat(jbuild.run("ps", "-a").succeeded().out()).contains("Dead");
        assertThat(jbuild.run("wait", "victim").succeeded().out()).isEqualTo("255\n");
        assertThat(jbuild.run("kill", "victim").ended(1).err()).contains("the container victim is not running");
        jbuild.run("rm", "victim").succeeded();
    }

    @Test
    @Timeout(60)
    void itKeepsItsImageAndGoesByItselfIfThatIsWanted() throws Exception {
        String script = "trap 'exit 7' USR1; while :; do sleep 0.05; done";
        String id = jbuild.run("run", "-d", "--rm", "--network=none", "busybox", "sh", "-c", script)
                .succeeded()
                .out()
                .strip();
        jbuild.run("rmi", "-f", "busybox").succeeded();
        jbuild.run("prune", "--all", "--force").succeeded();
        assertThat(layers()).hasSize(1);
        var waiting = CompletableFuture.supplyAsync(() -> jbuild.run("wait", id));
        // The monitor has the file open, too.
        Program.shell("while [ $(ls -l /proc/[0-9]*/fd 2>/dev/null | grep -c " + id + "/run/status) -lt 2 ];"
                + " do sleep 0.05; done");
        jbuild.run("kill", "-s", "USR1", id).succeeded();
        assertThat(waiting.get().succeeded().out()).isEqualTo("7\n");
        jbuild.run("prune", "--all", "--force").succeeded();
        assertThat(layers()).isEmpty();
    }

    private List<Path> layers() throws IOException {
        try (Stream<Path> found = Files.walk(temp.resolve("root/layers"))) {
            return found.filter(path -> path.endsWith("index")).toList();
        }
    }
}
