package dev.jbuild.sandbox;

import java.time.Duration;

/**
 * How a process ended.
 *
 * @param status exit status; 128+n when signal n killed it; 127 when the program wasn't found, 126 when it could not be
 *     executed
 * @param signal the signal that killed it, or 0
 * @param startFailure why the program could not be executed ({@code exec /bin/foo: no such file or directory}), else empty
 * @param cpuTime user and system time of the process and all its descendants
 * @param peakMemoryBytes the most that they used together; without a control group the largest resident set of any of them
 * @param outOfMemoryKills how many of them the kernel killed because they reached their limit of memory
 */
public record RunResult(
        int status, int signal, String startFailure, Duration cpuTime, long peakMemoryBytes, long outOfMemoryKills) {}
