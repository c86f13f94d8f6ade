package dev.jbuild.store;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Optional;

/** Content by digest, as in an OCI image layout. A blob is there when whole, and never changes. */
public interface BlobStore extends BlobSource {
    /** The file that the blob is in, or would be; for those who look after the store. Its content need not be the blob's. */
    Path path(Digest digest);

    /** Keeps these bytes; does nothing when they are there already. */
    Digest put(byte[] content) throws JbuildException;

    /** Begins to write a blob whose digest isn't known yet. Close it, committed or not. */
    Ingest ingest() throws JbuildException;

    /**
     * Begins to write a blob that has much in common with one that is there: only what differs is kept. Close it, committed
     * or not.
     *
     * @return nothing if that isn't worth it any more, as the other is in too many pieces already
     */
    Optional<DeltaIngest> ingestUpon(Digest base) throws JbuildException;

    /**
     * Copies a stream into the store and verifies it.
     *
     * @throws JbuildException if the bytes don't have the digest and size of {@code expected}
     */
    void put(Descriptor expected, InputStream content) throws JbuildException;

    /** A blob being written: a temporary file that is hashed as it grows. */
    interface Ingest extends AutoCloseable {
        OutputStream output();

        /** Publishes what was written by an atomic rename. */
        Descriptor commit(String mediaType) throws IOException, JbuildException;

        /** Drops what wasn't committed. */
        @Override
        void close();
    }

    /** A blob being written that shares bytes with another. */
    interface DeltaIngest extends Ingest {
        /** Goes on with bytes of the other. */
        void copy(long offset, long length) throws IOException;
    }
}
