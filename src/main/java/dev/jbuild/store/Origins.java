package dev.jbuild.store;

import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import java.util.Optional;

/** Where blobs are to be had that images need but that nobody has asked for yet. Safe for use by many threads. */
public interface Origins {
    /** The repository that has a blob, as {@code registry/path}; nothing if the blob is in the store or nobody knows. */
    Optional<String> find(Digest blob) throws JbuildException;

    /** Notes where a blob is, for as long as an image needs it. */
    void put(Digest blob, String repository) throws JbuildException;

    /** Forgets where a blob is: it is in the store now. */
    void forget(Digest blob) throws JbuildException;
}
