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
public interface BlobStore {
    boolean has(Digest digest);

    /** The blob's size in bytes, if it is there. */
    Optional<Long> size(Digest digest);

    /** Where the blob lies; only for reading. */
    Path path(Digest digest);

    /**
     * Opens a blob for reading.
     *
     * @throws JbuildException {@code StoreCorrupted} if it isn't there
     */
    InputStream open(Digest digest) throws JbuildException;

    /**
     * All bytes of a small blob, verified against its digest.
     *
     * @throws JbuildException if it isn't there, larger than 16 MiB or damaged
     */
    byte[] read(Digest digest) throws JbuildException;

    /** Keeps these bytes; does nothing when they are there already. */
    Digest put(byte[] content) throws JbuildException;

    /** Begins to write a blob whose digest isn't known yet. Close it, committed or not. */
    Ingest ingest() throws JbuildException;

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
}
