package dev.jbuild.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code run} can be asked for besides a command. */
@CalledInProcess
class RunOptionsIT extends EndToEnd {
    @BeforeEach
    void importBase() {
        jbuild.withBusybox();
    }

    private Program.Result sh(String script, String... flags) {
        String[] words = new String[flags.length + 6];
        words[0] = "run";
        words[1] = "--network=none";
        System.arraycopy(flags, 0, words, 2, flags.length);
        System.arraycopy(new String[] {"busybox", "sh", "-c", script}, 0, words, flags.length + 2, 4);
        return jbuild.run(words);
    }

    @Test
    void filesOfTheMachineAreShown() {
        Path given = write("given/file", "of the machine");
        String directory = String.valueOf(given.getParent());
        assertThat(sh("cat /v/file; echo new > /v/new", "-v", directory + ":/v")
                        .succeeded()
                        .out())
                .isEqualTo("of the machine");
        assertThat(given.resolveSibling("new")).hasContent("new\n");
        assertThat(sh(
                                "cat /f; echo > /v/x",
                                "-v",
                                directory + ":/v:ro",
                                "--mount",
                                "type=bind,src=" + given + ",dst=/f,ro")
                        .ended(1))
                .satisfies(result ->
                        assertThat(result.out() + result.err()).contains("of the machine", "Read-only file system"));
        assertThat(sh("true", "-v", temp.resolve("absent") + ":/v").ended(2).err())
                .contains("there is no file or directory " + temp.resolve("absent"));
        assertThat(sh("true", "-v", "data:/v").ended(2).err()).contains("jbuild keeps no volumes with names");
    }

    @Test
    void memoryIsMounted() {
        assertThat(sh(
                                "stat -c '%a %F' /t /m; grep -c ' /t tmpfs rw.*size=1024k' /proc/mounts; touch /m/x",
                                "--tmpfs", "/t:size=1m,mode=700", "--mount", "type=tmpfs,target=/m,readonly")
                        .ended(1)
                        .out())
                .isEqualTo("700 directory\n1777 directory\n1\n");
        assertThat(sh("true", "--tmpfs", "/t:noexec").ended(2).err()).contains("noexec is not supported by run");
    }

    @Test
    void theRootCanBeReadOnly() {
        Program.Result result = sh(
                "mkdir /x; touch here; touch /t/x /dev/shm/x && pwd", "--read-only", "--tmpfs", "/t", "-w", "/new/dir");
        assertThat(result.succeeded().out()).isEqualTo("/new/dir\n");
        assertThat(result.err().lines()).hasSize(2).allMatch(line -> line.endsWith("Read-only file system"));
    }

    @Test
    void aFirstProcessReaps() {
        assertThat(sh("echo $$; (sleep 0 &); sleep 0.3; set -- /proc/[0-9]*; echo $#; kill -TERM $$", "--init")
                        .ended(143)
                        .out())
                .isEqualTo("2\n2\n");
        assertThat(jbuild.run("run", "--init", "busybox", "nonesuch").ended(127).status())
                .isEqualTo(127);
    }

    @Test
    void privilegesAreAskedForTwice() {
        assertThat(sh("true", "--privileged").ended(2).err())
                .contains("--privileged: entitlement security.insecure is not allowed");
        assertThat(sh(
                                "test -b /dev/loop0 && mount -t tmpfs x /mnt 2>&1; ls -d /dev/kmsg",
                                "--privileged",
                                "--allow",
                                "security.insecure")
                        .out())
                .contains("/dev/kmsg");
    }

    @Test
    void portsCannotBePublished() {
        assertThat(sh("true", "-p", "80:80").ended(2).err()).contains("there is no bridge to this machine");
    }
}
