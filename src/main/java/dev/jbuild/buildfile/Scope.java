package dev.jbuild.buildfile;

import java.util.Optional;

/**
 * Which stages of a Buildfile count.
 *
 * @param target the stage asked for; absent: the last one
 * @param others whether stages count too that the target doesn't need
 */
public record Scope(Optional<String> target, boolean others) {
    /** All stages. */
    public static final Scope ALL = new Scope(Optional.empty(), true);

    /** The target and what it needs, as in a build. */
    public static Scope of(Optional<String> target) {
        return new Scope(target, false);
    }

    /** The target and what it needs; without a target all stages. */
    public static Scope check(Optional<String> target) {
        return new Scope(target, target.isEmpty());
    }
}
