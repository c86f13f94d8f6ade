package dev.jbuild.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.containers.ContainerState.Status;
import dev.jbuild.sandbox.ContainerGroups;
import dev.jbuild.sandbox.ContainerReport;
import dev.jbuild.sandbox.ContainerReport.End;
import dev.jbuild.sandbox.ContainerReport.Ended;
import dev.jbuild.sandbox.ContainerReport.Running;
import dev.jbuild.sandbox.ContainerReport.Started;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ContainerStateTest {
    private static final Instant TIME = Instant.parse("2026-11-27T17:00:00.123456789Z");
    private static final Running NOBODY = new Running(1L << 30, 1);
    private static final Started ALIVE = new Started(Running.ofThis(), new Running(7, 8), TIME);
    private static final Started KILLED = new Started(NOBODY, new Running(7, 8), TIME);

    static Container container(Running creator) {
        return new Container(
                "ab".repeat(32),
                "some_name",
                Path.of("/store/containers/x"),
                "app:1",
                "sha256:" + "0".repeat(64),
                "sha256:" + "1".repeat(64),
                "linux/amd64",
                TIME,
                List.of("sh", "-c", "echo \"ü\""),
                List.of("A=b", "C="),
                "/w",
                "daemon:adm",
                "host",
                "none",
                true,
                false,
                true,
                15,
                new ContainerGroups(Map.of("", Path.of("/nowhere/u"), "cpu,cpuacct", Path.of("/nowhere/c"))),
                "boot",
                creator);
    }

    private static ContainerState state(Running creator, String boot, Started started, End end, Ended ended) {
        return ContainerState.of(
                container(creator),
                new ContainerReport(Optional.ofNullable(started), Optional.ofNullable(end), Optional.ofNullable(ended)),
                boot);
    }

    @Test
    void itRunsAsLongAsItsMonitor() {
        ContainerState state = state(NOBODY, "boot", ALIVE, null, null);

        assertThat(state.status()).isEqualTo(Status.RUNNING);
        assertThat(state.pid()).isEqualTo(7);
        assertThat(state.started()).contains(TIME);
    }

    @Test
    void itHasEndedWhenTheMonitorSaidSo() {
        ContainerState state = state(NOBODY, "boot", KILLED, new End(3, 0), new Ended(TIME, 1));

        assertThat(state.status()).isEqualTo(Status.EXITED);
        assertThat(state.exitStatus()).isEqualTo(3);
        assertThat(state.outOfMemory()).isTrue();
        assertThat(state.finished()).contains(TIME);
    }

    @Test
    void itIsDeadWhenNobodySawTheEnd() {
        assertThat(state(Running.ofThis(), "boot", KILLED, null, null).status()).isEqualTo(Status.DEAD);
        assertThat(state(Running.ofThis(), "later", ALIVE, null, null).status()).isEqualTo(Status.DEAD);
        assertThat(state(NOBODY, "boot", null, null, null).status()).isEqualTo(Status.DEAD);
    }

    @Test
    void itIsOnlyCreatedAsLongAsItsCreatorMayStartIt() {
        assertThat(state(Running.ofThis(), "boot", null, null, null).status()).isEqualTo(Status.CREATED);
    }

    @Test
    void jsonKeepsAll() throws IOException {
        Container container = container(new Running(5, 6));

        assertThat(ContainerJson.read(ContainerJson.write(container), container.directory()))
                .isEqualTo(container);
    }
}
