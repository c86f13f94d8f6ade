package dev.jbuild.progress;

import java.time.Duration;

/**
 * What the processes of a step used, all attempts taken together.
 *
 * @param wall from their start to their end; to make a layer of what they left isn't in it
 * @param userTime processor time of them all
 * @param systemTime processor time that the kernel spent for them
 * @param peakMemoryBytes the most that they used together; without a control group the largest resident set of any of them
 * @param readBytes what came from disks: not what was in memory already
 * @param writtenBytes what goes to disks, now or when the kernel finds time
 */
public record StepUsage(
        Duration wall,
        Duration userTime,
        Duration systemTime,
        long peakMemoryBytes,
        long readBytes,
        long writtenBytes) {

    /** User and system time. */
    public Duration cpuTime() {
        return userTime.plus(systemTime);
    }

    /** This and what was used afterwards. */
    public StepUsage plus(StepUsage next) {
        return new StepUsage(
                wall.plus(next.wall),
                userTime.plus(next.userTime),
                systemTime.plus(next.systemTime),
                Math.max(peakMemoryBytes, next.peakMemoryBytes),
                readBytes + next.readBytes,
                writtenBytes + next.writtenBytes);
    }
}
