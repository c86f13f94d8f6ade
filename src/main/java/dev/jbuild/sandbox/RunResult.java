package dev.jbuild.sandbox;

import dev.jbuild.progress.StepUsage;
import java.time.Duration;

/**
 * How a process ended.
 *
 * @param status exit status; 128+n when signal n killed it; 127 when the program wasn't found, 126 when it could not be
 *     executed
 * @param signal the signal that killed it, or 0
 * @param startFailure why the program could not be executed ({@code exec /bin/foo: no such file or directory}), else empty
 * @param usage of the process and all its descendants
 * @param outOfMemoryKills how many of them the kernel killed because they reached their limit of memory
 */
public record RunResult(int status, int signal, String startFailure, StepUsage usage, long outOfMemoryKills) {
    /** Where it isn't counted. */
    static final StepUsage NO_USAGE = new StepUsage(Duration.ZERO, Duration.ZERO, Duration.ZERO, 0, 0, 0);
}
