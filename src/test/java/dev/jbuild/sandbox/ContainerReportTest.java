package dev.jbuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jbuild.sandbox.ContainerReport.End;
import dev.jbuild.sandbox.ContainerReport.Ended;
import dev.jbuild.sandbox.ContainerReport.Running;
import dev.jbuild.sandbox.ContainerReport.Started;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ContainerReportTest {
    private static final String STARTED = "started\00012\0003400\00013\0003401\0001795800138.245919719\000";
    private static final String EXIT = "exit\000137\0009\0001000\0002000\0004096\0000\000512\000";

    private static ContainerReport parse(String text) {
        return ContainerReport.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void recordsComeOneAfterTheOther() {
        ContainerReport report = parse(STARTED + EXIT + "ended\0001795800140.000000001\0002\000");

        assertThat(report.started())
                .contains(new Started(
                        new Running(12, 3400), new Running(13, 3401), Instant.ofEpochSecond(1795800138, 245919719)));
        assertThat(report.end()).contains(new End(137, 9));
        assertThat(report.ended()).contains(new Ended(Instant.ofEpochSecond(1795800140, 1), 2));
    }

    @Test
    void whatIsNotWholeYetCountsForNothing() {
        for (int length = STARTED.length(); length < (STARTED + EXIT).length(); length++) {
            ContainerReport report = parse((STARTED + EXIT).substring(0, length));
            assertThat(report.started()).isPresent();
            assertThat(report.end()).isEmpty();
        }
        assertThat(parse("").started()).isEmpty();
        assertThat(parse("exec\000127\000exec: \"x\": not found\000" + EXIT).started())
                .isEmpty();
    }

    @Test
    void aProcessIsToldByItsStartFromALaterOneOfItsNumber() {
        Running running = Running.ofThis();
        assertThat(running.isAlive()).isTrue();
        assertThat(new Running(running.pid(), running.start() + 1).isAlive()).isFalse();
        assertThat(new Running(running.pid(), 0).isAlive()).isFalse();
        assertThat(new Running(1L << 30, running.start()).isAlive()).isFalse();
    }
}
