package dev.jbuild.registry;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.RawJson;
import dev.jbuild.problem.JbuildException;
import java.io.IOException;
import java.io.InputStream;

/**
 * Talks to one registry about one repository. Safe for use by many threads; close it to end what is in flight.
 *
 * <p>Every call throws {@code RemoteError} when the registry is down, denies, or doesn't have what was asked for.
 */
public interface RegistryClient extends AutoCloseable {
    /** A manifest or index as delivered. Its digest was verified if the reference named one. */
    record Fetched(String mediaType, RawJson document) {}

    /** Bytes that can be read more than once. */
    @FunctionalInterface
    interface Content {
        InputStream open() throws IOException;
    }

    Fetched pullManifest(ImageReference reference) throws JbuildException;

    /** A blob's bytes; the caller verifies digest and size as it reads. A cut connection is taken up again where it was. */
    InputStream pullBlob(Descriptor descriptor) throws JbuildException;

    boolean hasBlob(Descriptor descriptor) throws JbuildException;

    /**
     * Asks the registry to take a blob over from another of its repositories, given by its path. Returns whether it did;
     * if it didn't, the blob must be pushed.
     */
    boolean mountBlob(Descriptor descriptor, String fromRepository) throws JbuildException;

    void pushBlob(Descriptor descriptor, Content content) throws JbuildException;

    /** Puts a manifest or index under the reference's tag, or under its digest when it has no tag. */
    void pushManifest(ImageReference reference, String mediaType, byte[] bytes) throws JbuildException;

    @Override
    void close();
}
