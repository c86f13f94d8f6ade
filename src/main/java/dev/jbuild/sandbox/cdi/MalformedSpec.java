package dev.jbuild.sandbox.cdi;

/** A spec that can't be used; the message says which field of it, and why. */
final class MalformedSpec extends Exception {
    private static final long serialVersionUID = 1;

    MalformedSpec(String message) {
        super(message);
    }

    MalformedSpec(String message, Throwable cause) {
        super(message, cause);
    }
}
