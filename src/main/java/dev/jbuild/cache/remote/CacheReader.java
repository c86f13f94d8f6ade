package dev.jbuild.cache.remote;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.problem.RemoteError;
import java.io.InputStream;
import java.util.Optional;

/** One cache outside the store, open to be asked. Safe for use by many threads. */
public interface CacheReader extends AutoCloseable {
    /**
     * The record of a key; nothing if there is none, or if the cache knows that it has lost what the record refers to.
     *
     * @throws RemoteError if the cache can't be asked any more; other exceptions concern this record alone
     */
    Optional<ResultRecord> find(Digest key) throws JbuildException;

    /** A blob's bytes, not verified yet. */
    InputStream open(Descriptor blob) throws JbuildException;

    @Override
    void close();
}
