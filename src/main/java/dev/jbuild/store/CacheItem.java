package dev.jbuild.store;

import java.time.Duration;
import java.time.Instant;

/**
 * Something in the store that may go without loss, since it can be made or fetched again.
 *
 * @param id the key of a cache record, or the name of a directory
 * @param description what it is to people; may be empty
 * @param used when it was last made or used
 * @param hits how often it was used since it was made
 * @param cost how long it took to make; zero if that isn't known
 * @param bytes what it takes on the disk that no image needs too
 * @param shared whether an image or another item needs something of it
 * @param inUse whether somebody works with it now
 */
public record CacheItem(
        String id,
        CacheType type,
        String description,
        Instant created,
        Instant used,
        int hits,
        Duration cost,
        long bytes,
        boolean shared,
        boolean inUse) {
    private static final double HALF_LIFE_SECONDS = 7 * 86_400;
    /** What is made again is at least written again. */
    private static final double BYTES_A_SECOND = 50e6;

    /**
     * What it is worth to keep a byte of it: the seconds that it saves, by how often and how lately it saved them. That a
     * thing was made counts as one use; a week without one halves the worth of all.
     */
    double worth(Instant now) {
        double seconds = Math.max(cost.toMillis() / 1000.0, bytes / BYTES_A_SECOND);
        double idle = Math.max(0, Duration.between(used, now).toSeconds());
        return seconds * (1 + hits) * Math.pow(2, -idle / HALF_LIFE_SECONDS) / Math.max(1, bytes);
    }
}
