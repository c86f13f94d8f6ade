package dev.jbuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.testing.Needs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** The limits and privileges of processes of the native program, and what they see of their groups. */
class ConfinementTest extends ConfinementContract {
    @Override
    String runtime() {
        return "";
    }

    @Test
    void disksAreRationedByTheirNodesAndByWhatIsOnThem() throws Exception {
        Needs.machine(CgroupMounts.ofThisProcess().controllers().containsKey("blkio"), "no blkio controller");
        Path disk = Path.of("/dev/loop0");
        Needs.machine(Files.exists(disk), "there is no " + disk);
        container.confinement = with(Limits.NONE.withIo(new IoLimits(
                OptionalLong.of(300),
                List.of(
                        new IoLimits.Throttle(IoLimits.Kind.READ_BYTES, disk, 1 << 20),
                        new IoLimits.Throttle(IoLimits.Kind.READ_BYTES, base, 5 << 20),
                        new IoLimits.Throttle(IoLimits.Kind.WRITE_OPERATIONS, disk, 7)))));
        assertThat(container.shell("cd /sys/fs/cgroup/blkio; cat blkio.throttle.read_bps_device"
                        + " blkio.throttle.write_iops_device; cat blkio.bfq.weight blkio.weight 2>/dev/null || true"))
                .contains("7:0 1048576\n", ":0 5242880\n", "7:0 7\n", "300\n");
    }

    @Test
    void memoryIsReservedAndTheKillerHeldBack() throws Exception {
        Needs.machine(CgroupMounts.ofThisProcess().controllers().containsKey("memory"), "no memory controller");
        container.confinement = with(Limits.NONE.withMemory(64 << 20).withShortMemory(OptionalLong.of(16 << 20), true));
        assertThat(container.shell(
                        "cd /sys/fs/cgroup/memory; cat memory.soft_limit_in_bytes; head -1 memory.oom_control"))
                .isEqualTo((16 << 20) + "\noom_kill_disable 1\n");
    }

    @Test
    void theProcessSeesItsGroupAsTheRootAndCannotChangeIt() throws Exception {
        Needs.machine(controls("memory"), "no memory controller");
        container.confinement = with(Limits.NONE.withMemory(48 << 20));
        String seen =
                container.shell("cd /sys/fs/cgroup; cat memory.max memory/memory.limit_in_bytes 2>/dev/null || true;"
                        + " grep memory /proc/self/cgroup || grep ^0: /proc/self/cgroup;"
                        + " mkdir x 2>/dev/null || mkdir memory/x 2>/dev/null || echo refused");
        assertThat(seen).startsWith((48 << 20) + "\n").contains(":/\n").endsWith("refused\n");
    }
}
