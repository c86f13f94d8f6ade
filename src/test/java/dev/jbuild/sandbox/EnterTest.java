package dev.jbuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.testing.Needs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code jbuild-sandbox enter} makes of the files of subordinate ids. */
@Tag("kernel")
class EnterTest {
    private static final String SHOW = "cat /proc/self/uid_map /proc/self/gid_map; echo \"$JBUILD_ENTERED\"";

    @TempDir
    Path base;

    private String uids = "alice:200000:65536\n";
    private String gids = "alice:300000:1000\n";
    private String hidden = "/nothing";

    @BeforeEach
    void needsProgramsOfShadow() {
        Needs.machine(Files.isExecutable(Path.of("/usr/bin/newuidmap")), "there is no newuidmap; uidmap has it");
    }

    /** As lines, with one space between words. */
    private List<String> enter(String script) throws IOException, InterruptedException {
        Files.writeString(base.resolve("passwd"), "root:x:0:0::/:/bin/sh\nalice:x:1500:1600::/:/bin/sh\n");
        Files.writeString(base.resolve("subuid"), uids);
        Files.writeString(base.resolve("subgid"), gids);
        String mounts = "for f in passwd subuid subgid; do [ -e /etc/$f ] || : >/etc/$f; mount --bind $0/$f /etc/$f;"
                + " done; chmod 755 $0 $0/*; touch $0/sandbox; mount --bind $1 $0/sandbox;"
                + " [ ! -e " + hidden + " ] || mount --bind /dev/null " + hidden + ";"
                + " exec setpriv --reuid=1500 --regid=1600 --clear-groups $0/sandbox enter sh -c \"$2\"";
        List<String> command = new ArrayList<>(List.of("unshare", "-m", "sh", "-ec", mounts));
        command.addAll(List.of(base.toString(), TestContainer.program().toString(), script));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(out).isZero();
        return out.lines().map(line -> line.strip().replaceAll("\\s+", " ")).toList();
    }

    @Test
    void rangesFollowTheOwnId() throws Exception {
        assertThat(enter(SHOW)).containsExactly("0 1500 1", "1 200000 65536", "0 1600 1", "1 300000 1000", "ranges");
    }

    @Test
    void severalRangesFollowOneAnotherWhetherByNameOrByNumber() throws Exception {
        uids = "bob:400000:65536\n# a remark\n\nalice:200000\nalice:x:1\nalice:200000:0\n"
                + "alice:200000:1000\n1500:500000:10\n15000:600000:10";
        assertThat(enter(SHOW))
                .startsWith("0 1500 1", "1 200000 1000", "1001 500000 10", "0 1600 1")
                .endsWith("ranges");
    }

    @Test
    void withoutRangesThereIsTheOwnId() throws Exception {
        gids = "";
        assertThat(enter(SHOW))
                .containsExactly("0 1500 1", "0 1600 1", "single /etc/subgid has no range for alice (1500)");
    }

    @Test
    void withoutTheProgramThereIsTheOwnId() throws Exception {
        hidden = "/usr/bin/newuidmap";
        assertThat(enter(SHOW)).containsExactly("0 1500 1", "0 1600 1", "single newuidmap failed: Permission denied");
    }

    @Test
    void rootOfTheNamespaceHasPrivilegesAndMountsOfItsOwn() throws Exception {
        assertThat(enter("id -u; mount -t tmpfs none /mnt && touch /mnt/x && ls /mnt; pwd"))
                .containsExactly("0", "x", Path.of("").toAbsolutePath().toString());
    }

    @Test
    void whereNamespacesAreForbiddenTheCommandRunsAsItIs() throws Exception {
        String nested = "echo 0 >/proc/sys/user/max_user_namespaces; exec setpriv --reuid=1 --regid=1 --clear-groups "
                + base + "/sandbox enter sh -c 'id -u; echo $JBUILD_ENTERED'";
        assertThat(enter(nested)).containsExactly("1", "nothing unshare of users: errno 28, No space left on device");
    }
}
