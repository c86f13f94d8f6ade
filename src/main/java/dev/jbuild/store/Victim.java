package dev.jbuild.store;

/**
 * Something that a collection removes.
 *
 * @param kind {@code image} for a name of one, {@code blob} or {@code layer} for what nothing refers to, else the word of a {@link CacheType}
 * @param id a digest, a cache record's key, or the name of a directory
 * @param description what it is to people; may be empty
 * @param reason why it goes
 * @param bytes what becomes free on the disk by that
 */
public record Victim(String kind, String id, String description, String reason, long bytes) {
    static final String IMAGE = "image";
    static final String BLOB = "blob";
    static final String LAYER = "layer";
}
