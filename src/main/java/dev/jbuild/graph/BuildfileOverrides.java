package dev.jbuild.graph;

import java.util.List;
import java.util.Optional;

/**
 * What the command line says in place of a Buildfile, or in addition to it.
 *
 * @param firstBase the image that the first stage starts from ({@code --from})
 * @param runMounts values of {@code --mount} that every RUN has before its own
 */
public record BuildfileOverrides(Optional<String> firstBase, List<String> runMounts) {
    /** The Buildfile holds as it is. */
    public static final BuildfileOverrides NONE = new BuildfileOverrides(Optional.empty(), List.of());

    public BuildfileOverrides {
        runMounts = List.copyOf(runMounts);
    }
}
