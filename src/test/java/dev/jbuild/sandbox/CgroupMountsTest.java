package dev.jbuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CgroupMountsTest {
    @Test
    void unifiedHosts() {
        CgroupMounts mounts = CgroupMounts.parse(
                "31 24 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"
                        + "32 24 0:27 / /sys/fs/pstore rw - pstore pstore rw\n",
                "0::/user.slice/user-1000.slice/session-2.scope\n");
        assertThat(mounts.unified())
                .contains(new CgroupMounts.Hierarchy(
                        Path.of("/sys/fs/cgroup"),
                        Path.of("/sys/fs/cgroup/user.slice/user-1000.slice/session-2.scope"),
                        ""));
        assertThat(mounts.controllers()).isEmpty();
    }

    @Test
    void hybridHosts() {
        CgroupMounts mounts = CgroupMounts.parse(
                "40 24 0:30 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
                        + "41 24 0:31 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
                        + "42 24 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
                        + "43 24 0:33 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd\n",
                "9:memory:/a/b\n4:cpu,cpuacct:/\n1:name=systemd:/init.scope\n0::/init.scope\n");
        assertThat(mounts.controllers()).containsOnlyKeys("cpu", "cpuacct", "memory", "name=systemd");
        assertThat(mounts.controllers().get("memory").own()).isEqualTo(Path.of("/sys/fs/cgroup/memory/a/b"));
        assertThat(mounts.controllers().get("cpu"))
                .isEqualTo(mounts.controllers().get("cpuacct"));
        assertThat(mounts.controllers().get("cpu").options()).isEqualTo("cpu,cpuacct");
        assertThat(mounts.unified().orElseThrow().own()).isEqualTo(Path.of("/sys/fs/cgroup/unified/init.scope"));
    }

    @Test
    void containersSeeButAPartOfTheHierarchy() {
        String groups = "0::/docker/abc/job\n";
        assertThat(CgroupMounts.parse("1 0 0:1 /docker/abc /cg ro - cgroup2 cgroup ro\n", groups)
                        .unified()
                        .orElseThrow()
                        .own())
                .isEqualTo(Path.of("/cg/job"));
        assertThat(CgroupMounts.parse("1 0 0:1 /docker/abcd /cg ro - cgroup2 cgroup ro\n", groups)
                        .unified()
                        .orElseThrow()
                        .own())
                .as("a group that is not in sight")
                .isEqualTo(Path.of("/cg"));
    }

    @Test
    void hostsWithout() {
        assertThat(CgroupMounts.parse("", "")).isEqualTo(CgroupMounts.NONE);
    }
}
