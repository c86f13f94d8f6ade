package dev.jbuild.engine;

/**
 * How the files of contexts are read.
 *
 * @param verify {@code --verify-context}: read every file that matters, whatever earlier builds know of it
 */
public record ContextSettings(boolean verify) {
    /** The usual ones. */
    public static final ContextSettings DEFAULT = new ContextSettings(false);
}
