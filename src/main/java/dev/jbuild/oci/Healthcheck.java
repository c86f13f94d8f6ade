package dev.jbuild.oci;

import java.time.Duration;
import java.util.List;

/**
 * How to find out whether a container works (Docker's addition to the image configuration).
 *
 * @param test {@code ["NONE"]}, {@code ["CMD", …]} or {@code ["CMD-SHELL", command]}; empty inherits
 * @param interval zero inherits, as for the other durations and retries
 */
public record Healthcheck(
        List<String> test,
        Duration interval,
        Duration timeout,
        Duration startPeriod,
        Duration startInterval,
        int retries) {
    public Healthcheck {
        test = List.copyOf(test);
    }
}
