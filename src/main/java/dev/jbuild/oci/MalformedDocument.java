package dev.jbuild.oci;

/** A JSON document of the image model can't be read; the message says which, and why. */
public final class MalformedDocument extends Exception {
    private static final long serialVersionUID = 1;

    public MalformedDocument(String message) {
        super(message);
    }

    public MalformedDocument(String message, Throwable cause) {
        super(message, cause);
    }
}
