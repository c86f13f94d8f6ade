package dev.jbuild.buildfile;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * A {@code RUN --mount} after expansion. Texts are empty where nothing was given.
 *
 * @param from a stage, image or named context
 * @param readOnly as given, or what is usual for the type
 * @param sizeLimit in bytes; 0 for none
 * @param id of a cache, secret or ssh agent
 * @param sharing absent where not given, which means shared
 * @param required whether a missing secret or agent fails the step
 * @param env the variable that a secret becomes; empty text when {@code env} was given without a name
 * @param mode permission bits
 */
public record Mount(
        Type type,
        String from,
        String source,
        String target,
        boolean readOnly,
        long sizeLimit,
        String id,
        Optional<Sharing> sharing,
        boolean required,
        Optional<String> env,
        OptionalLong mode,
        OptionalLong uid,
        OptionalLong gid) {

    /** What is mounted. */
    public enum Type {
        BIND,
        CACHE,
        TMPFS,
        SECRET,
        SSH
    }

    /** What happens when two steps want the same cache at once. */
    public enum Sharing {
        SHARED,
        PRIVATE,
        LOCKED
    }
}
