package dev.jbuild.image;

import java.util.Set;

/**
 * What becomes of an image after its last step.
 *
 * @param unsetEnv variables that it doesn't have, whoever set them
 * @param unsetLabels labels that it doesn't have
 */
public record Finish(Squashing squashing, Set<String> unsetEnv, Set<String> unsetLabels, boolean omitHistory) {
    /** Nothing. */
    public static final Finish NONE = new Finish(Squashing.NONE, Set.of(), Set.of(), false);

    public Finish {
        unsetEnv = Set.copyOf(unsetEnv);
        unsetLabels = Set.copyOf(unsetLabels);
    }

    /** Which layers become one. */
    public enum Squashing {
        NONE,
        /** Those that the build made. */
        NEW,
        /** Those of the base image, too. */
        ALL
    }
}
