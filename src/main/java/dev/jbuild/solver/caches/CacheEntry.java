package dev.jbuild.solver.caches;

import java.time.Instant;

/**
 * A cache that is there.
 *
 * @param name which no other one has
 * @param namespace what {@code BUILDKIT_CACHE_MOUNT_NS} was for the steps that use it; mostly empty
 * @param id of the mounts; empty if an older jbuild made the cache and didn't note it. Several caches have the same id if
 *     they began with different contents, or were private and in use at the same time.
 * @param size bytes on disk
 * @param inUse whether a step of any process has it now
 */
public record CacheEntry(String name, String namespace, String id, long size, Instant lastUsed, boolean inUse) {
    private static final int SHORT = 12;

    /** The name, short enough to be typed and long enough to be the only one. */
    public String shortName() {
        return name.substring(0, SHORT) + name.substring(name.indexOf('-'));
    }

    /** What people call it: the id, or the name if that isn't known. */
    public String title() {
        return id.isEmpty() ? shortName() : namespace.isEmpty() ? id : namespace + "/" + id;
    }

    /** Whether it is what a user means: by its id, with or without the namespace, its name or the beginning of that. */
    boolean isCalled(String word) {
        return word.equals(title())
                || (!id.isEmpty() && word.equals(id))
                || word.equals(shortName())
                || (word.length() >= SHORT && name.startsWith(word));
    }
}
