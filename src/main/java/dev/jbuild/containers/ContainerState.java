package dev.jbuild.containers;

import dev.jbuild.sandbox.ContainerReport;
import dev.jbuild.sandbox.ContainerReport.Running;
import java.time.Instant;
import java.util.Optional;

/**
 * How a container is now.
 *
 * @param pid of its first process while it runs, else 0
 * @param exitStatus of its command, if that has ended; for one of which nobody saw the end, {@link #UNSEEN}
 * @param outOfMemory whether processes were killed because memory was short
 */
public record ContainerState(
        Status status,
        long pid,
        int exitStatus,
        boolean outOfMemory,
        Optional<Instant> started,
        Optional<Instant> finished) {
    /** As docker has it for containers that ended with the machine. */
    public static final int UNSEEN = 255;

    /** In docker's words. */
    public enum Status {
        /** Its command was not executed yet. */
        CREATED,
        RUNNING,
        PAUSED,
        EXITED,
        /** Its monitor was killed, and the command with it, or the machine was stopped. */
        DEAD
    }

    static ContainerState of(Container container, ContainerReport report, String boot) {
        boolean sameBoot = container.boot().equals(boot);
        Optional<Instant> started = report.started().map(ContainerReport.Started::at);
        Optional<Instant> finished = report.ended().map(ContainerReport.Ended::at);
        boolean outOfMemory =
                report.ended().filter(end -> end.outOfMemoryKills() > 0).isPresent();
        if (report.started().isPresent()
                && sameBoot
                && report.started().get().monitor().isAlive()) {
            Running command = report.started().get().command();
            Status status = container.groups().isFrozen() ? Status.PAUSED : Status.RUNNING;
            return new ContainerState(status, command.pid(), 0, false, started, Optional.empty());
        }
        if (report.end().isPresent()) {
            return new ContainerState(Status.EXITED, 0, report.end().get().status(), outOfMemory, started, finished);
        }
        boolean starting = started.isEmpty() && sameBoot && container.creator().isAlive();
        Status status = starting ? Status.CREATED : Status.DEAD;
        return new ContainerState(status, 0, starting ? 0 : UNSEEN, false, started, finished);
    }

    public boolean isRunning() {
        return status == Status.RUNNING || status == Status.PAUSED;
    }
}
