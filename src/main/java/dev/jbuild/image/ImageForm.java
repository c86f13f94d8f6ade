package dev.jbuild.image;

import dev.jbuild.layer.Compression;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The form that an image is delivered in, where that isn't the one it is kept in.
 *
 * @param compression of layers that the build made; absent keeps them as they are
 * @param level how hard to compress, from fast to small; the compression's own default when absent
 * @param forceCompression compress layers of base images so too
 * @param dockerTypes use Docker's media types in place of OCI's ({@code oci-mediatypes=false})
 * @param rewriteTimestamp set the times of files in layers that the build made back to its epoch
 * @param epoch in place of the build's {@code SOURCE_DATE_EPOCH}
 */
record ImageForm(
        Optional<Compression> compression,
        OptionalInt level,
        boolean forceCompression,
        boolean dockerTypes,
        boolean rewriteTimestamp,
        Epoch epoch,
        Annotations annotations) {
    /** As it is kept. */
    static final ImageForm KEPT = new ImageForm(
            Optional.empty(),
            OptionalInt.empty(),
            false,
            false,
            false,
            new Epoch(false, Optional.empty()),
            Annotations.NONE);

    /**
     * What an output says of the time of all that is made.
     *
     * @param given whether it says anything; without a time, that there is no epoch
     */
    record Epoch(boolean given, Optional<Instant> time) {
        Optional<Instant> or(Optional<Instant> ofBuild) {
            return given ? time : ofBuild;
        }
    }
}
