package dev.jbuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.sandbox.TestContainer.Ran;
import dev.jbuild.testing.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What limits come to, measured. */
@Tag("kernel")
@Timeout(60)
class LimitsObservedTest {
    /** The longer, the nearer: {@code -Djbuild.quota.seconds=10}. */
    private static final int SECONDS = Integer.getInteger("jbuild.quota.seconds", 3);

    @TempDir
    Path base;

    private TestContainer container;

    @BeforeEach
    void makeContainer() throws IOException {
        container = new TestContainer(base);
    }

    private void limit(OptionalLong pids, Optional<String> processors) {
        container.confinement = Confinement.DEFAULT.withLimits(new Limits(
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                processors,
                Optional.empty(),
                pids));
    }

    @Test
    void processorTimeIsWhatIsGranted() throws Exception {
        Needs.machine(ConfinementContract.controls("cpu"), "no cpu controller");
        container.confinement = Confinement.DEFAULT.withLimits(Limits.NONE.withCpus(200_000_000));
        Ran ran = container.run("sh", "-c", "busybox timeout " + SECONDS + " sh -c 'while :; do :; done'; :");
        double used = ran.result().usage().cpuTime().toMillis() / 1000.0;
        System.out.printf("%.3f s of processor time in %d s, of %.3f s%n", used, SECONDS, SECONDS * 0.2);
        // One period more than whole ones may have begun, and each is a tenth of a second long.
        assertThat(used).isBetween(SECONDS * 0.2 * 0.95, SECONDS * 0.2 * 1.05 + 0.02);
    }

    @Test
    void aForkBombStopsAtTheLimit() throws Exception {
        Needs.machine(ConfinementContract.controls("pids"), "no pids controller");
        limit(OptionalLong.of(40), Optional.empty());
        // A shell ends where it can't fork, and the one that waits for it forks again: so the bomb stays at its limit.
        // They are counted by what the shell does itself, for it couldn't fork either.
        String out =
                container.shell("f() { while :; do (f); done; }; (f) 2>/dev/null & (f) 2>/dev/null & (f) 2>/dev/null &"
                        + " look() { set -- /proc/[0-9]*; [ $# -le $most ] || most=$#; i=$((i+1)); };"
                        + " most=0; i=0; while [ $most -lt 38 ] && [ $i -lt 200000 ]; do look; done;"
                        + " i=0; while [ $i -lt 3000 ]; do look; done; echo $most");
        System.out.println("a fork bomb had " + out.strip() + " processes at most, of 40");
        // A listing isn't of one moment: some of those in it came when others had gone.
        assertThat(Integer.parseInt(out.strip())).isBetween(38, 60);
    }

    @Test
    void processorsAreThoseThatAreChosen() throws Exception {
        Needs.machine(ConfinementContract.controls("cpuset"), "no cpuset controller");
        Needs.machine(Runtime.getRuntime().availableProcessors() > 1, "only one processor");
        limit(OptionalLong.empty(), Optional.of("1"));
        Ran ran = container.run(
                "sh",
                "-c",
                "for i in 1 2 3; do (while :; do :; done) & done; n=0; while [ $n -lt 10 ]; do sleep 0.1; n=$((n+1));"
                        + " for p in /proc/[0-9]*; do cut -d ' ' -f 39 $p/stat; done 2>/dev/null; done | busybox sort -u");
        assertThat(ran.out()).isEqualTo("1\n");
        // Three at once have had no more than the one.
        assertThat(ran.result().usage().cpuTime())
                .isLessThan(ran.result().usage().wall());
    }

    @Test
    void disksAreReadNoFasterThanIsGranted() throws Exception {
        Needs.machine(ConfinementContract.controls("blkio"), "no blkio controller");
        Path file = base.resolve("image/big");
        String fill = "dd if=/dev/urandom of=" + file + " bs=1M count=6 conv=fsync 2>/dev/null";
        String forget = "dd if=" + file + " iflag=nocache count=0 2>/dev/null";
        assertThat(new ProcessBuilder("sh", "-c", fill + " && " + forget)
                        .start()
                        .waitFor())
                .isZero();
        container.confinement = Confinement.DEFAULT.withLimits(Limits.NONE.withIo(new IoLimits(
                OptionalLong.empty(), List.of(new IoLimits.Throttle(IoLimits.Kind.READ_BYTES, base, 2 << 20)))));
        Ran ran = container.run("sh", "-c", "cat /big > /dev/null").succeeded();
        Duration wall = ran.result().usage().wall();
        System.out.printf("6 MiB at 2 MiB/s were read in %d ms%n", wall.toMillis());
        assertThat(Files.size(file)).isEqualTo(6 << 20);
        assertThat(wall).isBetween(Duration.ofMillis(2400), Duration.ofSeconds(8));
    }
}
