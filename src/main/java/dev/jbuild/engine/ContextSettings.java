package dev.jbuild.engine;

import dev.jbuild.context.ModePolicy;

/**
 * How the files of contexts are read.
 *
 * @param verify {@code --verify-context}: read every file that matters, whatever earlier builds know of it
 * @param modes {@code --mode-policy}: what counts of their permissions
 */
public record ContextSettings(boolean verify, ModePolicy modes) {
    /** The usual ones. */
    public static final ContextSettings DEFAULT = new ContextSettings(false, ModePolicy.EXACT);
}
