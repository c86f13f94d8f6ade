package dev.jbuild.sandbox;

/**
 * That a process gets a user namespace of its own, with users that no other process has meanwhile ({@code --userns=auto}).
 *
 * @param count how many users and groups there are in it
 */
public record OwnUsers(long count) {
    /** Enough for the users of distributions, and for {@code nobody}. */
    public static final OwnUsers USUAL = new OwnUsers(65536);
}
