package dev.jbuild.image;

import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.BuildCancelled;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.RemoteError;
import java.io.IOException;
import java.io.InterruptedIOException;

/** What is common to moving blobs between the store and registries. */
final class Transfers {
    /** How many blobs move at once. */
    static final int THREADS = 6;

    private Transfers() {}

    static JbuildException failed(Digest blob, ImageReference reference, IOException e) {
        if (e instanceof InterruptedIOException) {
            return new BuildCancelled();
        }
        return new RemoteError(
                "the transfer of " + blob + " of " + reference.familiar() + " failed: " + e.getMessage(),
                e,
                "try again");
    }
}
