package dev.jbuild.store;

import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import java.io.InputStream;
import java.util.Optional;

/** Content by digest, to be read: that of a store, or of something that holds images like one. */
public interface BlobSource {
    boolean has(Digest digest);

    /** The blob's size in bytes, if it is there. */
    Optional<Long> size(Digest digest);

    /**
     * Opens a blob for reading.
     *
     * @throws JbuildException if it isn't there
     */
    InputStream open(Digest digest) throws JbuildException;

    /**
     * All bytes of a small blob, verified against its digest.
     *
     * @throws JbuildException if it isn't there, larger than 16 MiB or damaged
     */
    byte[] read(Digest digest) throws JbuildException;
}
