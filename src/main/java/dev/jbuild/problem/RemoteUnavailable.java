package dev.jbuild.problem;

/** The other side gave no answer, or none that says anything about what was asked. */
public final class RemoteUnavailable extends RemoteError {
    private static final long serialVersionUID = 1;

    public RemoteUnavailable(String what, String... hints) {
        super(what, hints);
    }

    public RemoteUnavailable(String what, Throwable cause, String... hints) {
        super(what, cause, hints);
    }
}
