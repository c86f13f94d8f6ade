package dev.jbuild.store;

import dev.jbuild.problem.EnvironmentError;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.Locale;

/** Says what a failed file operation means for the user. */
public final class StorageError {
    private StorageError() {}

    /**
     * A problem of this machine, with a hint where the cause is known.
     *
     * @param what what couldn't be done and to what, such as "can't write the blob"; the cause is added
     */
    public static EnvironmentError of(String what, IOException cause) {
        String reason = reason(cause);
        String lower = reason.toLowerCase(Locale.ROOT);
        String sentence = what + ": " + reason;
        if (lower.contains("read-only file system")) {
            return new EnvironmentError(
                    sentence, cause, "choose a store on a writable file system with --root or JBUILD_ROOT");
        }
        if (lower.contains("permission denied") || lower.contains("operation not permitted")) {
            return new EnvironmentError(
                    sentence, cause, "use a store of your own with --root or JBUILD_ROOT, or run as its owner");
        }
        return new EnvironmentError(sentence, cause);
    }

    private static String reason(IOException cause) {
        if (cause instanceof AccessDeniedException denied) {
            return "permission denied for " + denied.getFile();
        }
        if (cause instanceof FileSystemException failed && failed.getReason() != null) {
            return failed.getReason() + " (" + failed.getFile() + ")";
        }
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }
}
